"""The gate from model archive to registered package."""

import io
import json
import tarfile
from typing import Any

import boto3
import pytest

from lambdas.common.errors import PayloadError
from lambdas.model_gate import handler
from lambdas.model_gate.clients import ModelMissingError
from lambdas.model_gate.models import GateSpec, ModelGateEnvironment, Requirement

EVALUATION = {
    "task": "image_classification",
    "dataset_version": "v1",
    "test_items": 40,
    "metrics": {"macro_f1": 0.9},
    "dummy": {"macro_f1": 0.1},
}
RUN = "vigil-cats-0123456789ab"
EVENT = {
    "run": RUN,
    "dataset": {"version": "v1", "uri": "s3://artifacts/datasets/cats/v1/", "items": 10},
    "model_data_url": f"s3://artifacts/runs/cats/{RUN}/output/model.tar.gz",
}


def archive(members: dict[str, bytes], link: str | None = None) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, body in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
        if link is not None:
            info = tarfile.TarInfo("evaluation.json")
            info.type, info.linkname = tarfile.SYMTYPE, link
            tar.addfile(info)
    return out.getvalue()


class Account:
    def __init__(self) -> None:
        self.s3 = boto3.client("s3")
        self.sagemaker = boto3.client("sagemaker")
        self.s3.create_bucket(Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        self.sagemaker.create_model_package_group(ModelPackageGroupName="vigil-cats", ModelPackageGroupDescription="-")
        boto3.client("dynamodb").create_table(
            TableName="releases",
            KeySchema=[{"AttributeName": "domain", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "domain", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def put_model(self, body: bytes) -> None:
        self.s3.put_object(Bucket="artifacts", Key=f"runs/cats/{RUN}/output/model.tar.gz", Body=body)

    def packages(self) -> list[dict[str, Any]]:
        listed = self.sagemaker.list_model_packages(ModelPackageGroupName="vigil-cats")["ModelPackageSummaryList"]
        return [self.sagemaker.describe_model_package(ModelPackageName=one["ModelPackageArn"]) for one in listed]

    def record(self, name: str) -> dict[str, Any]:
        return json.loads(self.s3.get_object(Bucket="artifacts", Key=f"runs/cats/{RUN}/{name}")["Body"].read())


@pytest.fixture
def account(aws: None, monkeypatch: pytest.MonkeyPatch) -> Account:
    env = ModelGateEnvironment(
        domain="cats",
        artifacts_bucket="artifacts",
        package_group="vigil-cats",
        releases_table="releases",
        approval="automatic",
        serving_image_uri="123456789012.dkr.ecr.eu-central-1.amazonaws.com/serving:1",
        gate=GateSpec(requirements=(Requirement(metric="macro_f1", at_least=0.8),)),
    )
    for name, value in env.variables().items():
        monkeypatch.setenv(name, value)
    handler.environment.cache_clear()
    return Account()


@pytest.mark.parametrize("event", [{}, None, {**EVENT, "model_data_url": "model.tar.gz"}, {**EVENT, "dataset": {}}])
def test_a_malformed_event_is_named(account: Account, context: Any, event: Any) -> None:
    with pytest.raises(PayloadError, match="ModelGateEvent"):
        handler.lambda_handler(event, context)
    assert account.packages() == []


def test_a_model_that_is_not_there_is_named(account: Account, context: Any) -> None:
    with pytest.raises(ModelMissingError, match="There is no model at s3://artifacts/runs"):
        handler.lambda_handler(EVENT, context)


GOOD = json.dumps(EVALUATION).encode()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not a readable tar.gz"),
        (b"garbage" * 100, "not a readable tar.gz"),
        (archive({"evaluation.json": GOOD, "model.onnx": bytes(range(256)) * 400})[:300], "not a readable tar.gz"),
        (archive({"model.onnx": b"x"}), "no evaluation.json"),
        (archive({"../evaluation.json": GOOD}), "only plain files below its root"),
        (archive({"/evaluation.json": GOOD}), "only plain files below its root"),
        (archive({}, link="/etc/passwd"), "only plain files below its root"),
        (archive({"evaluation.json": json.dumps({**EVALUATION, "metrics": {}}).encode()}), "macro_f1 is missing"),
    ],
)
def test_a_bad_package_is_registered_as_rejected_with_its_reason(
    account: Account, context: Any, body: bytes, reason: str
) -> None:
    account.put_model(body)
    result = handler.lambda_handler(EVENT, context)
    assert result["status"] == "rejected"
    [package] = account.packages()
    assert package["ModelApprovalStatus"] == "Rejected"
    assert reason in package["ModelPackageDescription"]
    assert reason in "; ".join(account.record("gate.json")["result"]["reasons"])


def test_a_good_package_is_approved_once_however_often_it_is_asked(account: Account, context: Any) -> None:
    account.put_model(archive({"./evaluation.json": GOOD, "model.onnx": b"x"}))
    answers = [handler.lambda_handler(EVENT, context) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    [package] = account.packages()
    assert (answers[0]["status"], package["ModelApprovalStatus"]) == ("approved", "Approved")
    assert answers[0]["model_package_arn"] == package["ModelPackageArn"]
    assert answers[0]["version"] == package["ModelPackageVersion"]
    assert package["InferenceSpecification"]["Containers"][0]["ModelDataUrl"] == EVENT["model_data_url"]
    assert account.record("evaluation.json") == EVALUATION


def test_a_person_approves_where_approval_is_manual(
    account: Account, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPROVAL", "manual")
    account.put_model(archive({"evaluation.json": GOOD}))
    assert handler.lambda_handler(EVENT, context)["status"] == "pending"
    assert account.packages()[0]["ModelApprovalStatus"] == "PendingManualApproval"
