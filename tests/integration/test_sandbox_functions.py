"""Functions of the embedded AWS: what they see, raise and print, as on AWS."""

import io
import json
import time
import zipfile

import pytest

from sandbox import Sandbox
from tests.integration.executions import ROLE, execute, finish
from tests.integration.waiting import eventually

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
