"""What a function's clients ask AWS for, recorded instead of sent."""

from copy import deepcopy
from datetime import UTC, datetime
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

GROUP = "vigil-cats"
ARN = "arn:aws:sagemaker:us-west-2:123456789012:model-package/vigil-cats/7"
IMAGE = "123456789012.dkr.ecr.us-west-2.amazonaws.com/assets:0f0e"
MODEL = "s3://artifacts/runs/cats/vigil-cats-0123456789ab/output/model.tar.gz"
MACHINE = "arn:aws:states:us-west-2:123456789012:stateMachine:vigil-cats-training"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANSWERS: dict[str, Any] = {
    "DescribeModel": {},
    "DescribeEndpointConfig": {},
    "DescribeEndpoint": {"EndpointStatus": "InService"},
    "DescribeModelPackage": {
        "ModelPackageArn": ARN,
        "ModelApprovalStatus": "PendingManualApproval",
        "InferenceSpecification": {"Containers": [{"Image": IMAGE, "ModelDataUrl": MODEL}]},
    },
    "CreateModelPackage": {"ModelPackageArn": ARN},
    "GetMetricData": {"MetricDataResults": []},
    "HeadObject": {"Metadata": {}},
    "ListObjectsV2": {},
    "Scan": {"Items": []},
    "StartExecution": {"executionArn": f"{MACHINE}:x", "startDate": NOW},
}


class Sent:
    """What clients ask for, which never leaves the process."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict[str, Any]]] = []
        self.answers = dict(ANSWERS)
        """Operation -> what it answers; `DescribeModelPackageGroup` fails without one: there is none at first."""

    def record(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.requests.append((model.service_model.service_name, model.name, dict(params)))

    def answer(self, model: Any, **_: Any) -> tuple[Any, dict[str, Any]]:
        if model.name == "DescribeModelPackageGroup" and model.name not in self.answers:
            return SimpleNamespace(status_code=400, headers={}), {"Error": {"Code": "ValidationException"}}
        body = {"Body": BytesIO(b"{}"), "ContentLength": 2}
        answer = body if model.name in {"GetObject", "InvokeEndpoint"} else deepcopy(self.answers.get(model.name, {}))
        return SimpleNamespace(status_code=200, headers={}), answer


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    sent = Sent()
    session = boto3.Session("key", "secret", region_name="us-west-2")
    session.events.register_last("before-parameter-build", sent.record)
    session.events.register("before-call", sent.answer)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    return sent
