"""A release on a target that nobody here has heard of: registered by its kind, and no endpoint is asked for."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import pytest

from inference.contracts import GoldenRequest
from lambdas.common.errors import ConfigurationError
from lambdas.endpoint_release.models import EndpointReleaseVariables
from lambdas.endpoint_release.package import Package
from lambdas.endpoint_release.targets import TARGETS
from lambdas.endpoint_release.targets.base import NoAnswerError, Target, TargetSpec, TargetStatus
from lambdas.endpoint_release.targets.serverless.clients import Endpoints
from tests.unit.release_harness import ENV, GOOD_ANSWER, ReleaseHarness


class ShelfSpec(TargetSpec):
    """Releases stand on a shelf that has room for a few; each takes two looks to get there."""

    kind: Literal["shelf"] = "shelf"
    room_for: int

    def open(self, *, app: str, domain: str, role_arn: str) -> Target:
        return Shelf(self.room_for, domain)


class Shelf:
    def __init__(self, room_for: int, domain: str) -> None:
        self.room_for, self.domain = room_for, domain
        self.standing: dict[str, str] = {}
        self.looks: dict[str, int] = {}
        self.shares: dict[str, int] = {}
        self.silent: set[str] = set()

    def address(self, release: str) -> str:
        return f"shelf/{self.domain}/{release}"

    def create(self, address: str, release: str, package: Package) -> None:
        assert len(self.standing) < self.room_for
        self.standing[address] = package.arn

    def status(self, address: str) -> TargetStatus:
        self.looks[address] = self.looks.get(address, 0) + 1
        return (
            TargetStatus("starting", f"{address} is on its way") if self.looks[address] < 3 else TargetStatus("ready")
        )

    def ask(self, address: str, request: GoldenRequest) -> bytes:
        if address in self.silent:
            raise NoAnswerError(f"{address} says nothing")
        return GOOD_ANSWER

    def shift(self, address: str, percentage: int, golden: Sequence[GoldenRequest]) -> None:
        assert address in self.standing
        self.shares[address] = percentage

    def retire(self, address: str) -> bool:
        self.standing.pop(address, None)
        self.shares.pop(address, None)
        return True


@pytest.fixture
def shelf(harness: ReleaseHarness, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Opened as the function opens it, of the variables that a stack writes."""

    def refuse(_: Endpoints) -> None:
        raise AssertionError("a shelf has no endpoints")

    monkeypatch.setattr(Endpoints, "__init__", refuse)
    monkeypatch.setitem(TARGETS, "shelf", ShelfSpec)
    spec = ShelfSpec(room_for=3)
    written = EndpointReleaseVariables(**{**dict(ENV), "target": spec}).variables()
    for name, value in written.items():
        monkeypatch.setenv(name, value)
    env = EndpointReleaseVariables.load()
    assert env.target == spec
    harness.target = env.target.open(app=env.app, domain=env.domain, role_arn=env.endpoint_role_arn)
    return harness.target


def released(harness: ReleaseHarness, version: int) -> str:
    execution = f"execution {version}"
    release = harness.prepare(version, execution)["release"]
    looks = [harness.act("endpoint_status", execution, release=release)["status"] for _ in range(3)]
    assert looks == ["creating", "creating", "ready"]
    assert harness.act("golden", execution, release=release)["status"] == "passed"
    for step in range(3):
        assert harness.act("shift", execution, release=release, step=step)["status"] == "shifted"
        assert harness.act("check", execution, release=release, step=step)["status"] == "passed"
    assert harness.act("promote", execution, release=release)["status"] == "promoted"
    return release


def test_a_whole_release_runs_there(harness: ReleaseHarness, shelf: Shelf) -> None:
    first, second = released(harness, 1), released(harness, 2)
    assert harness.state.champion.address == harness.parameter == f"shelf/cats/{second}"
    assert set(shelf.standing) == {f"shelf/cats/{first}", f"shelf/cats/{second}"}
    assert shelf.shares[f"shelf/cats/{second}"] == 100
    third = released(harness, 3)
    assert set(shelf.standing) == {f"shelf/cats/{second}", f"shelf/cats/{third}"}


def test_each_step_tells_the_target_its_share(harness: ReleaseHarness, shelf: Shelf) -> None:
    released(harness, 1)
    release = harness.prepare(2)["release"]
    harness.act("golden", release=release)
    shares = [shelf.shares[f"shelf/cats/{release}"]]
    for step in range(3):
        harness.act("shift", release=release, step=step)
        shares.append(shelf.shares[f"shelf/cats/{release}"])
    assert shares == [0, 10, 50, 100]


def test_a_challenger_that_says_nothing_is_rolled_back_and_taken_away(harness: ReleaseHarness, shelf: Shelf) -> None:
    champion = released(harness, 1)
    shelf.shares.clear()
    release = harness.prepare(2)["release"]
    shelf.silent = {f"shelf/cats/{release}"}
    failed = harness.act("golden", release=release)
    assert (failed["status"], failed["reason"]) == ("failed", f"shelf/cats/{release} says nothing")
    assert harness.act("roll_back", reason=failed["reason"])["status"] == "rolled_back"
    assert shelf.shares == {f"shelf/cats/{champion}": 100}
    assert set(shelf.standing) == {f"shelf/cats/{champion}"}


def test_a_challenger_that_takes_too_long_to_get_there_fails(harness: ReleaseHarness, shelf: Shelf) -> None:
    release = harness.prepare(1)["release"]
    harness.now += timedelta(seconds=ENV.rollout.endpoint_timeout_s)
    late = harness.act("endpoint_status", release=release)
    assert (late["status"], "on its way after" in late["reason"]) == ("failed", True)


def test_an_operator_goes_back_to_the_champion_before(harness: ReleaseHarness, shelf: Shelf) -> None:
    first, second = released(harness, 1), released(harness, 2)
    shelf.shares.clear()
    assert harness.act("roll_back", "operator", release=second, reason="no")["status"] == "rolled_back"
    assert shelf.shares == {f"shelf/cats/{first}": 100}


def test_a_kind_that_nobody_registered_is_refused_with_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENV.variables().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TARGET", json.dumps({"kind": "pigeons"}))
    with pytest.raises(ConfigurationError, match="'pigeons' is not registered; allowed are serverless"):
        EndpointReleaseVariables.load()
