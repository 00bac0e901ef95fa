"""A release, action by action: what a state machine, its retries and its failures may do to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import boto3
import pytest
from moto import mock_aws

from inference.contracts import GoldenRequest
from lambdas.common.answers import AnswerError
from lambdas.common.errors import PayloadError
from lambdas.common.model_archive import ArchiveError
from lambdas.common.release_state import ReleaseState
from lambdas.common.releases_table import ReleasesTable
from lambdas.endpoint_release import handler
from lambdas.endpoint_release.clients import ChampionParameter, EndpointStanding
from lambdas.endpoint_release.judgement import Readings
from lambdas.endpoint_release.models import EndpointReleaseEnvironment, EndpointSpec, RolloutSpec
from lambdas.endpoint_release.requests import Package
from lambdas.endpoint_release.standing import NoSuchStepError, NotOnTrialError
from lambdas.endpoint_release.tools import Tools

ARN = "arn:aws:sagemaker:eu-central-1:123456789012:model-package/vigil-cats/{}"
START = datetime(2026, 11, 20, 12, tzinfo=UTC)
HEALTHY = Readings(requests=100, errors=0, throttles=0, p95_ms=40, compared=100, disagreements=2)
SILENT = Readings(requests=0, errors=0, throttles=0, p95_ms=None, compared=0, disagreements=0)
GOLDEN = GoldenRequest(content_type="image/jpeg", body_base64="", label="Cat", scores={"Cat": 0.9, "NoCat": 0.1})
GOOD_ANSWER = b'{"label": "Cat", "confidence": 0.9, "scores": {"Cat": 0.9, "NoCat": 0.1}}'
ENV = EndpointReleaseEnvironment(
    domain="cats",
    app="vigil",
    releases_table="releases",
    artifacts_bucket="artifacts",
    endpoint_role_arn="arn:aws:iam::123456789012:role/endpoint",
    champion_parameter="/vigil/cats/champion-endpoint",
    endpoint=EndpointSpec(),
    rollout=RolloutSpec(bake_s=60, minimum_requests=50, endpoint_timeout_s=300),
)


class Packages:
    """Every package is approved and has one golden request, unless a test says otherwise."""

    def __init__(self) -> None:
        self.approval_status = "Approved"
        self.golden_lines: bytes | None = GOLDEN.model_dump_json().encode()

    def describe(self, arn: str) -> Package:
        return Package(arn, self.approval_status, "image", f"s3://artifacts/{arn[-1]}/model.tar.gz", {})

    def golden(self, model_data_url: str) -> bytes | None:
        if self.golden_lines == b"damaged":
            raise ArchiveError("The model archive is not a readable tar.gz.")
        return self.golden_lines


class Endpoints:
    def __init__(self) -> None:
        self.up: dict[str, str] = {}
        self.made: list[str] = []
        self.locked: set[str] = set()
        self.answer: bytes | Exception = GOOD_ANSWER

    def create(self, model: dict[str, Any], config: dict[str, Any], endpoint: dict[str, Any]) -> None:
        if endpoint["EndpointName"] not in self.up:
            self.made.append(endpoint["EndpointName"])
            self.up[endpoint["EndpointName"]] = "InService"

    def standing(self, name: str) -> EndpointStanding | None:
        return EndpointStanding(self.up[name], "no capacity") if name in self.up else None

    def delete(self, name: str) -> bool:
        if name in self.locked:
            return False
        self.up.pop(name, None)
        return True

    def ask(self, name: str, request: GoldenRequest) -> bytes:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@dataclass
class Metrics:
    readings: Readings = HEALTHY

    def read(self, release: str, since: datetime, until: datetime) -> Readings:
        return self.readings


class Services(NamedTuple):
    table: ReleasesTable
    champion: ChampionParameter
    ssm: Any
    items: Any


@dataclass
class Room:
    """The function with everything around it, and a clock that tests move."""

    services: Services
    context: Any
    packages: Packages = field(default_factory=Packages)
    endpoints: Endpoints = field(default_factory=Endpoints)
    metrics: Metrics = field(default_factory=Metrics)
    now: datetime = START

    def tools(self) -> Tools:
        table, champion = self.services.table, self.services.champion
        return Tools(ENV, table, self.packages, self.endpoints, self.metrics, champion, START)

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
def room(services: Services, context: Any, monkeypatch: pytest.MonkeyPatch) -> Room:
    services.items.delete_item(Key={"domain": "cats"})
    services.champion.set("none")
    room = Room(services, context)
    clock = type("Clock", (), {"now": staticmethod(lambda zone: room.now)})
    monkeypatch.setattr(handler, "tools", room.tools)
    monkeypatch.setattr(handler, "datetime", clock)
    return room


@pytest.mark.parametrize(
    "event",
    [
        {}, None, {"action": "explode", "execution": "one"}, {"action": "shift", "execution": "one", "release": "r1"},
        {"action": "prepare", "execution": "one", "model_package_arn": "vigil-cats/7", "approved_at": "2026-11-20"},
        {"action": "promote", "release": "r1"},
    ],
)  # fmt: skip
def test_a_malformed_event_is_named(room: Room, event: Any) -> None:
    with pytest.raises(PayloadError, match="no action of a release"):
        handler.lambda_handler(event, room.context)


@pytest.mark.parametrize("action", ["endpoint_status", "golden", "promote"])
def test_an_action_about_a_release_that_is_not_on_trial_is_refused(room: Room, action: str) -> None:
    with pytest.raises(NotOnTrialError, match="r9 of cats is not on trial under one; nobody is"):
        room.act(action, release="r9")
    release = room.prepare(1)["release"]
    with pytest.raises(NotOnTrialError, match="driven by one"):
        room.act(action, "another", release=release)


def test_a_step_that_does_not_exist_is_refused(room: Room) -> None:
    release = room.prepare(1)["release"]
    with pytest.raises(NoSuchStepError, match="Step 3 does not exist"):
        room.act("shift", release=release, step=3)


def test_a_package_that_is_no_longer_approved_is_ignored(room: Room) -> None:
    room.packages.approval_status = "Rejected"
    assert room.prepare(1)["status"] == "ignored"
    assert room.state.challenger is None
    assert room.endpoints.made == []


@pytest.mark.parametrize(
    ("status", "after_s", "answer", "reason"),
    [
        ("Failed", 1, "failed", "is Failed: no capacity"),
        ("Deleting", 1, "failed", "is Deleting"),
        ("Creating", 10, "creating", ""),
        ("Creating", 400, "failed", "is Creating after 4.. s, 300 s at most"),
        ("InService", 400, "ready", ""),
        (None, 1, "failed", "does not exist"),
    ],
)
def test_an_endpoint_that_does_not_come_up_fails_with_its_reason(
    room: Room, status: str | None, after_s: int, answer: str, reason: str
) -> None:
    release = room.prepare(1)["release"]
    room.endpoints.up = {} if status is None else {room.state.challenger.endpoint: status}
    room.now += timedelta(seconds=after_s)
    result = room.act("endpoint_status", release=release)
    assert result["status"] == answer
    assert re.search(reason, result["reason"])


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b'{"label": "NoCat", "scores": {"Cat": 0.9, "NoCat": 0.1}}', "answered 'NoCat', expected 'Cat'"),
        (b'{"label": "Cat", "scores": {"Cat": 0.8, "NoCat": 0.2}}', "off by 0.1000"),
        (b'{"label": "Cat", "scores": {"Cat": NaN, "NoCat": 0.1}}', "off by nan"),
        (b'{"label": "Cat", "scores": {}}', "expected ['Cat', 'NoCat']"),
        (b"<html>", "which is no JSON"),
        (b'{"error": "broken"}', "a label and scores are expected"),
        (AnswerError("the endpoint answered with status 500"), "status 500"),
    ],
)
def test_an_endpoint_that_answers_otherwise_than_its_package_fails(
    room: Room, answer: bytes | Exception, reason: str
) -> None:
    release = room.prepare(1)["release"]
    room.endpoints.answer = answer
    result = room.act("golden", release=release)
    assert result["status"] == "failed"
    assert reason in result["reason"]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [(None, "no golden requests"), (b"", "no golden"), (b"{}", "no golden request"), (b"damaged", "not a readable")],
)
def test_a_package_without_golden_requests_fails(room: Room, lines: bytes | None, reason: str) -> None:
    release = room.prepare(1)["release"]
    room.packages.golden_lines = lines
    result = room.act("golden", release=release)
    assert (result["status"], reason in result["reason"]) == ("failed", True)


def test_the_first_release_gets_all_traffic_and_bakes_once(room: Room) -> None:
    release = room.prepare(1)["release"]
    assert room.act("golden", release=release)["status"] == "passed"
    first = room.act("shift", release=release, step=0)
    assert (first["percentage"], first["bake_s"]) == (100, 60)
    room.metrics.readings = SILENT
    assert room.act("check", release=release, step=0)["status"] == "quiet"
    room.now += timedelta(seconds=60)
    assert room.act("check", release=release, step=0)["status"] == "passed"
    assert room.act("shift", release=release, step=1)["bake_s"] == 1
    assert room.act("check", release=release, step=1)["status"] == "passed"
    assert room.act("promote", release=release)["status"] == "promoted"
    assert room.state.champion.release == release
    assert room.parameter == room.state.champion.endpoint == f"vigil-cats-{release}"


def test_a_rollout_steps_up_beside_the_champion(room: Room) -> None:
    champion = room.release(1, "one")
    challenger = room.prepare(2, "two")["release"]
    seen = []
    for step in range(3):
        room.act("shift", "two", release=challenger, step=step)
        seen.append(room.state.percentage)
        checked = room.act("check", "two", release=challenger, step=step)
        assert room.state.champion.release == champion
    assert seen == [10, 50, 100]
    assert checked["next_step"] is None
    room.act("promote", "two", release=challenger)
    assert (room.state.champion.release, room.state.previous.release) == (challenger, champion)
    assert len(room.endpoints.up) == 2


def test_the_champion_before_last_goes(room: Room) -> None:
    first, second, third = (room.release(version, str(version)) for version in (1, 2, 3))
    assert set(room.endpoints.up) == {f"vigil-cats-{second}", f"vigil-cats-{third}"}
    assert first not in room.parameter


def test_every_action_can_be_retried(room: Room) -> None:
    room.release(1, "zero")
    release = room.prepare(2)["release"]
    assert room.prepare(2) == {**room.prepare(2), "status": "started"}
    room.act("shift", release=release, step=0)
    since = room.state.step_since
    room.act("shift", release=release, step=0)
    assert room.state.step_since == since
    room.act("promote", release=release)
    after = room.state
    assert room.act("promote", release=release)["status"] == "promoted"
    assert room.state == after
    assert room.endpoints.made.count(f"vigil-cats-{release}") == 1


def test_a_promotion_cut_short_is_finished_by_its_retry(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    release = room.prepare(1)["release"]
    with monkeypatch.context() as broken:
        broken.setattr(ChampionParameter, "set", lambda *_: (_ for _ in ()).throw(TimeoutError()))
        with pytest.raises(TimeoutError):
            room.act("promote", release=release)
    assert room.parameter == "none"
    room.act("promote", release=release)
    assert room.parameter == f"vigil-cats-{release}"


@pytest.mark.parametrize(
    ("readings", "reason"),
    [
        (HEALTHY._replace(errors=2), "2 errors in 100 requests; at most 1.00%"),
        (HEALTHY._replace(p95_ms=2500), "p95 latency is 2500 ms; at most 2000 ms"),
        (HEALTHY._replace(disagreements=21), "21 of 100 answers differ"),
        (SILENT._replace(requests=1, errors=1), "1 errors in 1 requests"),
    ],
)
def test_a_bad_challenger_fails_its_check_and_leaves_the_champion_alone(
    room: Room, readings: Readings, reason: str
) -> None:
    champion = room.release(1, "one")
    challenger = room.prepare(2, "two")["release"]
    room.act("shift", "two", release=challenger, step=0)
    room.metrics.readings = readings
    checked = room.act("check", "two", release=challenger, step=0)
    assert checked["status"] == "failed"
    assert reason in checked["reason"]
    assert room.act("roll_back", "two", reason=checked["reason"])["status"] == "rolled_back"
    state = room.state
    assert (state.champion.release, state.challenger, state.percentage, state.status) == (champion, None, 0, "idle")
    assert state.alarms == (checked["reason"],)
    assert state.history[-1].event == "rolled_back"
    assert set(room.endpoints.up) == {f"vigil-cats-{champion}"}
    assert room.parameter == f"vigil-cats-{champion}"


def test_requests_that_were_throttled_tell_nothing_about_a_model(room: Room) -> None:
    room.release(1, "one")
    release = room.prepare(2)["release"]
    room.act("shift", release=release, step=0)
    room.metrics.readings = HEALTHY._replace(throttles=90)
    assert room.act("check", release=release, step=0)["status"] == "quiet"


def test_a_quiet_step_waits_and_then_lets_golden_requests_decide(room: Room) -> None:
    room.release(1, "one")
    release = room.prepare(2)["release"]
    room.act("shift", release=release, step=0)
    room.metrics.readings = SILENT
    assert room.act("check", release=release, step=0)["status"] == "quiet"
    room.now += timedelta(seconds=4 * 60)
    assert room.act("check", release=release, step=0)["status"] == "passed"
    room.endpoints.answer = AnswerError("the endpoint answered with status 500")
    assert room.act("check", release=release, step=0)["status"] == "failed"


def test_a_roll_back_works_from_any_point_and_twice(room: Room) -> None:
    assert room.act("roll_back", reason="Prepare failed")["status"] == "ignored"
    release = room.prepare(1)["release"]
    for expected in ("rolled_back", "rolled_back"):
        assert room.act("roll_back", release=release, reason="no")["status"] == expected
    assert room.state.champion is None
    assert room.endpoints.up == {}
    assert room.parameter == "none"


def test_an_operator_goes_back_to_the_champion_before(room: Room) -> None:
    first, second = room.release(1, "one"), room.release(2, "two")
    result = room.act("roll_back", "operator", release=second, reason="customers complain")
    assert result["status"] == "rolled_back"
    assert room.state.champion.release == first
    assert room.parameter == f"vigil-cats-{first}"
    assert room.act("roll_back", "operator", release=first, reason="more")["status"] == "ignored"


def test_an_execution_that_fails_at_its_second_package_keeps_the_first(room: Room) -> None:
    room.release(1, "zero")
    promoted = room.release(2, "one")
    assert room.act("roll_back", "one", reason="Prepare failed")["status"] == "ignored"
    assert room.state.champion.release == promoted


def test_ten_deliveries_of_one_approval_are_one_release(room: Room) -> None:
    at = room.now
    answers = [room.prepare(1, f"execution {number}", at)["status"] for number in range(10)]
    assert answers == ["started"] + ["ignored"] * 9
    release = room.state.challenger.release
    room.act("promote", "execution 0", release=release)
    assert room.prepare(1, "late", at)["status"] == "ignored"


def test_a_rolled_back_package_starts_again_only_when_it_is_approved_again(room: Room) -> None:
    at = room.now
    room.prepare(1, "one", at)
    room.act("roll_back", "one", reason="no")
    late = room.prepare(1, "two", at)
    assert late["status"] == "ignored"
    assert "approve it again" in late["reason"]
    assert room.prepare(1, "three", room.now)["status"] == "started"


def test_an_approval_during_a_release_waits_for_its_turn(room: Room) -> None:
    first = room.prepare(1, "one")["release"]
    assert room.prepare(2, "two")["status"] == "waiting"
    assert room.prepare(2, "three")["status"] == "ignored"
    after = room.act("promote", "one", release=first)["next_package"]
    assert after["model_package_arn"] == ARN.format(2)
    assert room.act("prepare", "one", **after)["status"] == "started"
    assert room.state.waiting == ()
    assert room.act("roll_back", "one", reason="no")["next_package"] is None


def test_a_release_that_nobody_drives_any_more_gives_way(room: Room) -> None:
    abandoned = room.prepare(1, "ended by a person")["release"]
    room.now += timedelta(hours=2)
    assert room.prepare(2, "two")["status"] == "started"
    assert room.state.challenger.execution == "two"
    assert f"vigil-cats-{abandoned}" not in room.endpoints.up
    with pytest.raises(NotOnTrialError):
        room.act("shift", "ended by a person", release=abandoned, step=0)


def test_an_endpoint_that_cannot_be_deleted_yet_goes_later(room: Room) -> None:
    release = room.prepare(1)["release"]
    room.endpoints.locked = {f"vigil-cats-{release}"}
    room.act("roll_back", reason="no")
    assert room.state.retired == (f"vigil-cats-{release}",)
    room.endpoints.locked = set()
    room.release(2, "two")
    assert room.state.retired == ()
    assert f"vigil-cats-{release}" not in room.endpoints.up


def test_a_champion_approved_again_keeps_its_endpoint(room: Room) -> None:
    first, second = room.release(1, "one"), room.release(2, "two")
    assert room.release(1, "three") == first
    assert set(room.endpoints.up) == {f"vigil-cats-{first}", f"vigil-cats-{second}"}


def test_a_change_in_between_is_seen_and_decided_again(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    release = room.prepare(1, "one")["release"]
    stale = room.state
    assert room.prepare(2, "two")["status"] == "waiting"
    reads = iter([stale])
    real = ReleasesTable.read
    monkeypatch.setattr(ReleasesTable, "read", lambda *args, **more: next(reads, None) or real(*args, **more))
    room.act("shift", "one", release=release, step=0)
    assert room.state.percentage == 100
    assert len(room.state.waiting) == 1
