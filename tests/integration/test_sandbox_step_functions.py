"""Step Functions, training jobs, EventBridge and the model registry, working together as on AWS."""

import json
import time
from typing import Any

import pytest

from sandbox import Sandbox
from tests.integration.executions import execute, finish
from tests.integration.waiting import PATIENCE_S, eventually


def train(**arguments: Any) -> dict:
    return {"Type": "Task", "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync", "End": True, **arguments}


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
