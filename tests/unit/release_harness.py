"""The release function, with a table and a parameter in memory, and endpoints and metrics that do as a test says."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import boto3
import pytest
from moto import mock_aws

from inference.contracts import GoldenRequest
from lambdas.common.model_archive import ArchiveError
from lambdas.common.release_state import Quality, ReleaseState
from lambdas.common.releases_table import ReleasesTable
from lambdas.endpoint_release import handler
from lambdas.endpoint_release.clients import ChampionParameter
from lambdas.endpoint_release.context import ReleaseContext
from lambdas.endpoint_release.judgement import WindowMetrics
from lambdas.endpoint_release.models import EndpointReleaseVariables, RolloutSpec
from lambdas.endpoint_release.package import Package
from lambdas.endpoint_release.targets.base import Target
from lambdas.endpoint_release.targets.serverless.clients import EndpointStatus
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec
from lambdas.endpoint_release.targets.serverless.target import ServerlessTarget

ARN = "arn:aws:sagemaker:eu-central-1:123456789012:model-package/vigil-cats/{}"
START = datetime(2026, 11, 20, 12, tzinfo=UTC)
HEALTHY = WindowMetrics(
    requests=100, errors=0, timeouts=0, throttles=0, slow=0, p95_ms=40, compared=100, disagreements=2
)
SILENT = WindowMetrics(requests=0, errors=0, timeouts=0, throttles=0, slow=0, p95_ms=None, compared=0, disagreements=0)
GOLDEN = GoldenRequest(
    content_type="image/jpeg", body_base64="", answer={"label": "Cat", "scores": {"Cat": 0.9, "NoCat": 0.1}}
)
GOOD_ANSWER = b'{"label": "Cat", "confidence": 0.9, "scores": {"Cat": 0.9, "NoCat": 0.1}}'
MANIFEST_SHA256 = "5e" * 32
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


class Packages:
    """Every package is approved and has one golden request, unless a test says otherwise."""

    def __init__(self) -> None:
        self.approval_status = "Approved"
        self.golden_lines = GOLDEN.model_dump_json().encode()
        self.qualities: dict[str, Quality] = {}
        """Package ARN -> what the gate measured."""

    def describe(self, arn: str) -> Package:
        return Package(
            arn,
            self.approval_status,
            "image",
            f"s3://artifacts/{arn[-1]}/model.tar.gz",
            {"VIGIL_MANIFEST_SHA256": MANIFEST_SHA256},
            self.qualities.get(arn),
        )

    def golden(self, package: Package) -> bytes:
        if self.golden_lines == b"damaged":
            raise ArchiveError("The model archive is not a readable tar.gz.")
        return self.golden_lines


class Endpoints:
    def __init__(self) -> None:
        self.up: dict[str, str] = {}
        self.made: list[str] = []
        self.locked: set[str] = set()
        self.answer: bytes | Exception = GOOD_ANSWER
        self.gathering: threading.Barrier | None = None
        """So many requests, the first ones, wait for each other."""
        self.asked = self.at_once = self.most_at_once = 0
        self.counting = threading.Lock()

    def create(self, model: dict[str, Any], config: dict[str, Any], endpoint: dict[str, Any]) -> None:
        if endpoint["EndpointName"] not in self.up:
            self.made.append(endpoint["EndpointName"])
            self.up[endpoint["EndpointName"]] = "InService"

    def describe(self, name: str) -> EndpointStatus | None:
        return EndpointStatus(self.up[name], "no capacity") if name in self.up else None

    def delete(self, name: str) -> bool:
        if name in self.locked:
            return False
        self.up.pop(name, None)
        return True

    def ask(self, name: str, request: GoldenRequest) -> bytes:
        with self.counting:
            self.asked += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            gathers = self.gathering if self.gathering is not None and self.asked <= self.gathering.parties else None
        if gathers is not None:
            gathers.wait()
        with self.counting:
            self.at_once -= 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@dataclass
class Metrics:
    window: WindowMetrics = HEALTHY

    def read(self, release: str, since: datetime, until: datetime) -> WindowMetrics:
        return self.window


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
