"""The release function, with a table and a parameter in memory, and endpoints and metrics that do as a test says."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import boto3
import pytest
from moto import mock_aws

from lambdas.common.release_state import ReleaseState
from lambdas.common.releases_table import ReleasesTable
from lambdas.endpoint_release import handler
from lambdas.endpoint_release.clients import ChampionParameter
from lambdas.endpoint_release.context import ReleaseContext
from lambdas.endpoint_release.models import EndpointReleaseVariables, RolloutSpec
from lambdas.endpoint_release.targets.base import Target
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec
from lambdas.endpoint_release.targets.serverless.target import ServerlessTarget
from tests.unit.release_doubles import Endpoints, Metrics, Packages

ARN = "arn:aws:sagemaker:eu-central-1:123456789012:model-package/vigil-cats/{}"
START = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROLE = "arn:aws:iam::123456789012:role/endpoint"
SPEC = ServerlessSpec()
ENV = EndpointReleaseVariables(
    domain="cats",
    task="image_classification",
    app="vigil",
    releases_table="releases",
    artifacts_bucket="artifacts",
    endpoint_role_arn=ROLE,
    champion_parameter="/vigil/cats/champion-endpoint",
    target=SPEC,
    rollout=RolloutSpec(bake_s=60, minimum_requests=50, endpoint_timeout_s=300),
)


class Services(NamedTuple):
    table: ReleasesTable
    champion: ChampionParameter
    ssm: Any
    items: Any


@dataclass
class ReleaseHarness:
    """The function with everything around it, and a clock that tests move."""

    services: Services
    context: Any
    packages: Packages = field(default_factory=Packages)
    endpoints: Endpoints = field(default_factory=Endpoints)
    metrics: Metrics = field(default_factory=Metrics)
    target: Target | None = None
    """Instead of serverless endpoints."""
    now: datetime = START

    def release_context(self) -> ReleaseContext:
        target = self.target or ServerlessTarget(
            SPEC, app="vigil", domain="cats", role_arn=ROLE, endpoints=self.endpoints
        )
        table, champion = self.services.table, self.services.champion
        return ReleaseContext(ENV, table, self.packages, target, self.metrics, champion, START)

    def act(self, action: str, execution: str = "one", **event: Any) -> dict[str, Any]:
        self.now += timedelta(seconds=1)
        return handler.lambda_handler({"action": action, "execution": execution, **event}, self.context)

    def prepare(self, version: int, execution: str = "one", approved_at: datetime | None = None) -> dict[str, Any]:
        at = self.now if approved_at is None else approved_at
        return self.act("prepare", execution, model_package_arn=ARN.format(version), approved_at=at.isoformat())

    def release(self, version: int, execution: str) -> str:
        """A whole good release; answers its id."""
        release = self.prepare(version, execution)["release"]
        for step in range(3):
            self.act("shift", execution, release=release, step=step)
            assert self.act("check", execution, release=release, step=step)["status"] == "passed"
        assert self.act("promote", execution, release=release)["status"] == "promoted"
        return release

    @property
    def state(self) -> ReleaseState:
        return self.services.table.read("cats")

    @property
    def parameter(self) -> str:
        return self.services.ssm.get_parameter(Name=ENV.champion_parameter)["Parameter"]["Value"]


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    """A table and a parameter in memory, made once: making clients takes longer than all that is tested with them."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        boto3.client("dynamodb").create_table(
            TableName="releases",
            KeySchema=[{"AttributeName": "domain", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "domain", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        resource = boto3.resource("dynamodb")
        yield Services(
            ReleasesTable("releases", resource),
            ChampionParameter(ENV.champion_parameter),
            boto3.client("ssm"),
            resource.Table("releases"),
        )


@pytest.fixture
def harness(services: Services, context: Any, monkeypatch: pytest.MonkeyPatch) -> ReleaseHarness:
    services.items.delete_item(Key={"domain": "cats"})
    services.champion.set("none")
    harness = ReleaseHarness(services, context)
    clock = type("Clock", (), {"now": staticmethod(lambda zone: harness.now)})
    monkeypatch.setattr(handler, "release_context", harness.release_context)
    monkeypatch.setattr(handler, "datetime", clock)
    return harness
