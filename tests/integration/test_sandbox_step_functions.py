"""Lambda, Step Functions, EventBridge and the model registry, working together as on AWS."""

import io
import json
import time
import zipfile
from typing import Any

import pytest

from sandbox import Sandbox
from tests.integration.waiting import PATIENCE_S, eventually

ROLE = "arn:aws:iam::123456789012:role/any"
METRIC_LINE = {
    "_aws": {
        "Timestamp": 0,
        "CloudWatchMetrics": [
            {
                "Namespace": "Vigil",
                "Dimensions": [["Domain"], ["Domain", "Release"]],
                "Metrics": [{"Name": "Predictions", "Unit": "Count"}],
            }
        ],
    },
    "Domain": "cats",
    "Release": "r1",
    "Predictions": 3,
}
CODE = f"""
import json, os
def lambda_handler(event, context):
    if event.get("raise"):
        raise ValueError(event["raise"])
    print({json.dumps(json.dumps(METRIC_LINE))})
    return dict(os.environ)
"""


@pytest.fixture(scope="module")
def function(sandbox: Sandbox) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("handler.py", CODE)
    layer = "arn:aws:lambda:us-west-2:017000801446:layer:AWSLambdaPowertoolsPythonV3-python311-x86_64:7"
    created = sandbox.client("lambda").create_function(
        FunctionName="toy",
        Runtime="python3.11",
        Role=ROLE,
        Handler="handler.lambda_handler",
        Timeout=10,
        Layers=[layer],
        Code={"ZipFile": archive.getvalue()},
    )
    sandbox.client("lambda").get_waiter("function_active_v2").wait(FunctionName="toy")
    return created["FunctionArn"]


def execute(sandbox: Sandbox, name: str, states: dict[str, Any], input_: dict | None = None) -> str:
    """Start a state machine whose states follow each other, and answer the execution's ARN."""
    definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}
    machine = sandbox.client("stepfunctions").create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=ROLE
    )["stateMachineArn"]
    return sandbox.client("stepfunctions").start_execution(stateMachineArn=machine, input=json.dumps(input_ or {}))[
        "executionArn"
    ]


def finish(sandbox: Sandbox, execution: str) -> dict:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found = sandbox.client("stepfunctions").describe_execution(executionArn=execution)
        if found["status"] != "RUNNING":
            return found
        time.sleep(0.05)
    raise AssertionError(f"{execution} still runs")


def train(**arguments: Any) -> dict:
    return {"Type": "Task", "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync", "End": True, **arguments}


def test_an_exception_is_caught_by_its_class(sandbox: Sandbox, function: str) -> None:
    call = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "End": True,
        "Arguments": {"FunctionName": function, "Payload": {"raise": "no such cat"}},
        "Catch": [{"ErrorEquals": ["ValueError"], "Next": "Caught", "Output": "{% $states.errorOutput %}"}],
    }

    done = finish(sandbox, execute(sandbox, "catches", {"Call": call, "Caught": {"Type": "Succeed"}}))

    assert done["status"] == "SUCCEEDED"
    assert json.loads(done["output"])["Error"] == "ValueError"


def test_an_error_answer_has_the_shape_of_the_lambda_runtime(sandbox: Sandbox, function: str) -> None:
    answer = sandbox.client("lambda").invoke(FunctionName="toy", Payload=b'{"raise": "no such cat"}')

    body = json.loads(answer["Payload"].read())
    assert answer["FunctionError"] == "Unhandled"
    assert (body["errorType"], body["errorMessage"]) == ("ValueError", "no such cat")
    assert "raise ValueError" in "".join(body["stackTrace"])


def test_a_function_sees_nothing_of_the_users_environment(sandbox: Sandbox, function: str) -> None:
    environment = json.loads(sandbox.client("lambda").invoke(FunctionName="toy", Payload=b"{}")["Payload"].read())

    assert environment["AWS_ENDPOINT_URL"] == sandbox.endpoint_url
    assert not [name for name in environment if name.startswith(("PYTEST", "VIGIL", "SSH", "GIT", "PYTHONPATH"))]


def test_embedded_metrics_are_metrics_with_their_dimensions(sandbox: Sandbox, function: str) -> None:
    sandbox.client("lambda").invoke(FunctionName="toy", Payload=b"{}")

    now = time.time()
    found = sandbox.client("cloudwatch").get_metric_data(
        StartTime=now - 600,
        EndTime=now + 60,
        MetricDataQueries=[
            {
                "Id": "m",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "Vigil",
                        "MetricName": "Predictions",
                        "Dimensions": [{"Name": "Domain", "Value": "cats"}, {"Name": "Release", "Value": "r1"}],
                    },
                    "Period": 60,
                    "Stat": "Minimum",
                },
            }
        ],
    )
    assert set(found["MetricDataResults"][0]["Values"]) == {3.0}


def test_an_alarm_goes_off_for_its_own_dimensions_only(sandbox: Sandbox, function: str) -> None:
    cloudwatch = sandbox.client("cloudwatch")
    for domain in ("battery", "cats"):
        cloudwatch.put_metric_alarm(
            AlarmName=domain,
            Namespace="Vigil",
            MetricName="Predictions",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="notBreaching",
            Dimensions=[{"Name": "Domain", "Value": domain}],
        )
    sandbox.client("lambda").invoke(FunctionName="toy", Payload=b"{}")

    def states() -> dict[str, str]:
        alarms = cloudwatch.describe_alarms(AlarmNames=["battery", "cats"])["MetricAlarms"]
        return {alarm["AlarmName"]: alarm["StateValue"] for alarm in alarms}

    # What is evaluated before the metric has come is OK for a while.
    eventually(lambda: states() == {"battery": "OK", "cats": "ALARM"}, "an alarm of cats alone")


def test_a_training_task_takes_jsonata_arguments_and_answers_the_description(
    sandbox: Sandbox, training_request: dict
) -> None:
    state = train(
        Arguments="{% $merge([$states.input.request, {'TrainingJobName': $states.input.run}]) %}",
        Output="{% $states.result.ModelArtifacts.S3ModelArtifacts %}",
    )

    done = finish(
        sandbox, execute(sandbox, "trains", {"Train": state}, {"request": training_request, "run": "from-sfn"})
    )

    assert done["status"] == "SUCCEEDED", done
    assert json.loads(done["output"]) == "s3://toys/runs/from-sfn/output/model.tar.gz"


def test_a_failed_job_is_a_failed_task_with_the_description_as_its_cause(
    sandbox: Sandbox, training_request: dict
) -> None:
    request = training_request | {"TrainingJobName": "sfn-fails", "HyperParameters": {"fail": "bad labels"}}

    done = finish(sandbox, execute(sandbox, "fails", {"Train": train(Arguments=request)}))

    assert (done["status"], done["error"]) == ("FAILED", "States.TaskFailed")
    assert json.loads(done["cause"])["FailureReason"] == "AlgorithmError: bad labels, exit code: 3"


@pytest.mark.parametrize("how", ["stopped", "timed out"])
def test_a_job_does_not_outlive_its_task(sandbox: Sandbox, training_request: dict, how: str) -> None:
    name = f"sfn-{how.replace(' ', '-')}"
    request = training_request | {"TrainingJobName": name, "HyperParameters": {"epochs": "1000", "seconds": "0.1"}}
    limit = {"TimeoutSeconds": 2} if how == "timed out" else {}
    execution = execute(sandbox, name, {"Train": train(Arguments=request, **limit)})
    sagemaker = sandbox.client("sagemaker")
    if how == "stopped":
        jobs = {"NameContains": name}
        eventually(lambda: sagemaker.list_training_jobs(**jobs)["TrainingJobSummaries"], "the job of the task")
        sandbox.client("stepfunctions").stop_execution(executionArn=execution)

    done = finish(sandbox, execution)

    deadline = time.monotonic() + PATIENCE_S
    while (job := sagemaker.describe_training_job(TrainingJobName=name))["TrainingJobStatus"] in (
        "InProgress",
        "Stopping",
    ):
        assert time.monotonic() < deadline, job["SecondaryStatus"]
        time.sleep(0.05)
    assert job["TrainingJobStatus"] == "Stopped"
    assert done["status"] == ("ABORTED" if how == "stopped" else "FAILED")


def test_an_approval_reaches_a_rule_and_a_repeated_creation_makes_one_package(sandbox: Sandbox) -> None:
    sagemaker, queue = (
        sandbox.client("sagemaker"),
        events_queue(
            sandbox,
            {
                "source": ["aws.sagemaker"],
                "detail-type": ["SageMaker Model Package State Change"],
                "detail": {"ModelPackageGroupName": ["vigil-cats"], "ModelApprovalStatus": ["Approved"]},
            },
        ),
    )
    sagemaker.create_model_package_group(ModelPackageGroupName="vigil-cats")
    request = {
        "ModelPackageGroupName": "vigil-cats",
        "ModelApprovalStatus": "PendingManualApproval",
        "ClientToken": "run-1",
        "CustomerMetadataProperties": {"reason": "macro_f1 0.91"},
    }
    arn = sagemaker.create_model_package(**request)["ModelPackageArn"]
    again = sagemaker.create_model_package(**request)["ModelPackageArn"]
    sagemaker.update_model_package(
        ModelPackageArn=arn, ModelApprovalStatus="Approved", ApprovalDescription="looks good"
    )

    events = receive(sandbox, queue)

    assert again == arn
    assert arn.endswith("model-package/vigil-cats/1")
    assert [event["detail"]["ModelPackageArn"] for event in events] == [arn]
    assert events[0]["detail"]["ModelPackageVersion"] == 1
    found = sagemaker.describe_model_package(ModelPackageName=arn)
    assert (found["ApprovalDescription"], found["CustomerMetadataProperties"]["reason"]) == (
        "looks good",
        "macro_f1 0.91",
    )


def events_queue(sandbox: Sandbox, pattern: dict) -> str:
    """The URL of a queue that gets the events of the pattern."""
    sqs, events = sandbox.client("sqs"), sandbox.client("events")
    url = sqs.create_queue(QueueName="events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="to-queue", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="to-queue", Targets=[{"Id": "queue", "Arn": arn}])
    return url


def receive(sandbox: Sandbox, queue: str) -> list[dict]:
    """All events up to a second after the first."""

    def come() -> list[dict]:
        answer = sandbox.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", ())]

    found = eventually(come, "an event")
    time.sleep(1)
    return found + come()
