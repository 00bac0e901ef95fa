"""An account that the gate's function reads packages in and registers them."""

import json
from typing import Any

import boto3
import pytest

from lambdas.model_gate import handler
from lambdas.model_gate.clients import Registry
from lambdas.model_gate.models import GateSpec, ModelGateVariables, Requirement
from tests.unit.model_packages import package_files

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


class Account:
    def __init__(self) -> None:
        self.registered: list[dict[str, Any]] = []
        self.s3 = boto3.client("s3")
        self.sagemaker = boto3.client("sagemaker")
        self.s3.create_bucket(Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
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

    def properties(self, run: str) -> dict[str, str]:
        """Of a run's package as it was registered; moto forgets them when a package is updated."""
        found = [request["CustomerMetadataProperties"] for request in self.registered]
        return next(properties for properties in found if properties["run"] == run)

    def record(self, name: str) -> dict[str, Any]:
        return json.loads(self.s3.get_object(Bucket="artifacts", Key=f"runs/cats/{RUN}/{name}")["Body"].read())


@pytest.fixture
def account(aws: None, monkeypatch: pytest.MonkeyPatch) -> Account:
    env = ModelGateVariables(
        domain="cats",
        task="image_classification",
        artifacts_bucket="artifacts",
        package_group="vigil-cats",
        releases_table="releases",
        approval="automatic",
        serving_image_uri="123456789012.dkr.ecr.eu-central-1.amazonaws.com/serving:1",
        gate=GateSpec(requirements=(Requirement(metric="macro_f1", at_least=0.8),)),
    )
    for name, value in env.variables().items():
        monkeypatch.setenv(name, value)
    handler.variables.cache_clear()
    account, create = Account(), Registry.create
    monkeypatch.setattr(
        Registry, "create", lambda self, request: (account.registered.append(request), create(self, request))[1]
    )
    return account


GOOD, BAD, BETTER = (
    json.dumps({**EVALUATION, "metrics": metrics}).encode() for metrics in ({"macro_f1": 0.9}, {}, {"macro_f1": 0.99})
)
FILES = package_files(evaluation=GOOD)
