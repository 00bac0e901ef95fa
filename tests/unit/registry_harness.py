"""The registry in front of model packages and tables in memory, and a release function that notes what it is asked."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lambdas.common.release_state import HistoryEntry, Release, ReleaseState
from lambdas.common.releases_table import ReleasesTable
from lambdas.registry import handler
from lambdas.registry.clients import ReleaseFunctions
from tests.unit.api_harness import ADA, Answer, answer_of, event, make_table

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
TABLES = {
    "RELEASES_TABLE": "releases",
    "DEVICES_TABLE": "devices",
    "AUDIT_TABLE": "audit",
    "REQUESTS_TABLE": "requests",
}
KEY = "A" * 43 + "="
"""32 bytes of zeros."""


@pytest.fixture(scope="module")
def registry_memory() -> Iterator[None]:
    """AWS in memory, once a module."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in {"APP": "vigil", "AWS_DEFAULT_REGION": "us-west-2", **TABLES}.items():
            patch.setenv(name, value)
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        make_table("releases", "domain")
        make_table("devices", "domain", "device_id")
        make_table("audit", "domain", "entry")
        make_table("requests", "id")
        for group in ("vigil-cats", "vigil-empty", "somebody-elses"):
            boto3.client("sagemaker").create_model_package_group(ModelPackageGroupName=group)
        handler.registry.cache_clear()
        yield
        handler.registry.cache_clear()


class Registered:
    """Two versions of cats, the first of which serves; the second is its challenger at 10 %."""

    def __init__(self) -> None:
        self.sagemaker = boto3.client("sagemaker")
        self.arns = [
            self.sagemaker.create_model_package(
                ModelPackageGroupName="vigil-cats",
                ModelPackageDescription="good enough",
                ModelApprovalStatus="PendingManualApproval",
                CustomerMetadataProperties={"macro_f1": "0.97", "macro_f1.interval": "0.94 to 0.99"},
            )["ModelPackageArn"]
            for _ in range(2)
        ]
        self.first, self.second = (int(arn.rpartition("/")[2]) for arn in self.arns)
        self.table = ReleasesTable("releases")
        champion, challenger = (
            Release(release=f"r{arn.rpartition('/')[2]}-abc123", address="a", model_package_arn=arn,
                    model_data_url="s3://artifacts/model.tar.gz", since=AT, execution="one")
            for arn in self.arns
        )  # fmt: skip
        history = (HistoryEntry(at=AT, release=challenger.release, event="shifted", detail="step 0: 10 %"),)
        boto3.resource("dynamodb").Table("releases").delete_item(Key={"domain": "cats"})
        self.table.write(
            ReleaseState(domain="cats", champion=champion, challenger=challenger, percentage=10,
                         status="rolling_out", history=history)
        )  # fmt: skip

    def approval(self, number: int) -> str:
        return self.sagemaker.describe_model_package(ModelPackageName=self.arns[number])["ModelApprovalStatus"]


@pytest.fixture
def cats(registry_memory: None) -> Registered:
    return Registered()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the release function was asked; it does everything."""
    events: list[dict[str, Any]] = []

    def ask(_: ReleaseFunctions, model: str, event: dict[str, Any]) -> dict[str, Any]:
        events.append(event)
        return {"status": "shifted"}

    monkeypatch.setattr(ReleaseFunctions, "ask", ask)
    return events


@pytest.fixture
def send(context: Any) -> Any:
    def one(method: str, path: str, body: Any = None, who: str = ADA, **headers: str) -> Answer:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        found = event(method, f"/api/v1{path}", authorizer={"iam": {"userArn": who}}, body=body, headers=names)
        return answer_of(handler.lambda_handler(found, context))

    return one
