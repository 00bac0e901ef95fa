"""A release on a target that nobody here has heard of: registered by its kind, and no endpoint is asked for."""

import json
from datetime import timedelta

import pytest

from lambdas.common.errors import ConfigurationError
from lambdas.endpoint_release.limits import Judgement
from lambdas.endpoint_release.models import EndpointReleaseVariables
from lambdas.endpoint_release.targets import TARGETS
from lambdas.endpoint_release.targets.serverless.clients import Endpoints
from tests.unit.release_harness import ENV, ReleaseHarness
from tests.unit.shelf_target import Shelf, ShelfSpec


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
    harness.target = env.target.open(env.place)
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
    assert set(shelf.standing) == {first, second}
    assert shelf.shares[second] == 100
    third = released(harness, 3)
    assert set(shelf.standing) == {second, third}


def test_each_step_tells_the_target_its_share(harness: ReleaseHarness, shelf: Shelf) -> None:
    released(harness, 1)
    release = harness.prepare(2)["release"]
    harness.act("golden", release=release)
    shares = [shelf.shares[release]]
    for step in range(3):
        harness.act("shift", release=release, step=step)
        shares.append(shelf.shares[release])
    assert shares == [0, 10, 50, 100]


def test_a_challenger_that_says_nothing_is_rolled_back_and_taken_away(harness: ReleaseHarness, shelf: Shelf) -> None:
    champion = released(harness, 1)
    shelf.shares.clear()
    release = harness.prepare(2)["release"]
    shelf.silent = {release}
    failed = harness.act("golden", release=release)
    assert (failed["status"], failed["reason"]) == ("failed", f"{release} says nothing")
    assert harness.act("roll_back", reason=failed["reason"])["status"] == "rolled_back"
    assert shelf.shares == {champion: 100}
    assert set(shelf.standing) == {champion}


def test_a_challenger_that_takes_too_long_to_get_there_fails(harness: ReleaseHarness, shelf: Shelf) -> None:
    release = harness.prepare(1)["release"]
    harness.now += timedelta(seconds=ENV.rollout.endpoint_timeout_s)
    late = harness.act("endpoint_status", release=release)
    assert (late["status"], "on its way after" in late["reason"]) == ("failed", True)


def test_an_operator_goes_back_to_the_champion_before(harness: ReleaseHarness, shelf: Shelf) -> None:
    first, second = released(harness, 1), released(harness, 2)
    shelf.shares.clear()
    assert harness.act("roll_back", "operator", release=second, reason="no")["status"] == "rolled_back"
    assert shelf.shares == {first: 100}


@pytest.mark.parametrize("status", ["failed", "quiet", "passed"])
def test_what_the_target_knows_of_a_releases_health_is_judged_too(
    harness: ReleaseHarness, shelf: Shelf, status: str
) -> None:
    released(harness, 1)
    release = harness.prepare(2)["release"]
    harness.act("shift", release=release, step=0)
    shelf.judgements[release] = Judgement(status, "the shelf creaks")
    checked = harness.act("check", release=release, step=0)
    assert checked["status"] == status
    assert ("the shelf creaks" in checked["reason"], "100 requests" in checked["reason"]) == (True, status != "failed")
    assert shelf.asked_since[release] == (10, harness.state.step_since)


def test_an_abandoned_challenger_is_no_callers_any_more(harness: ReleaseHarness, shelf: Shelf) -> None:
    champion = released(harness, 1)
    abandoned = harness.prepare(2, "ended by a person")["release"]
    harness.act("shift", "ended by a person", release=abandoned, step=0)
    harness.now += timedelta(hours=2)
    shelf.shares[champion] = 90
    assert harness.prepare(3, "three")["status"] == "started"
    assert shelf.shares == {champion: 100}


def test_a_kind_that_nobody_registered_is_refused_with_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENV.variables().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TARGET", json.dumps({"kind": "pigeons"}))
    with pytest.raises(ConfigurationError, match="'pigeons' is not registered; allowed are devices, serv"):
        EndpointReleaseVariables.load()
