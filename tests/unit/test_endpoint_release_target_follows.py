"""What a target gives callers follows the release state, also where a step lost a race or a decision broke off."""

from collections.abc import Sequence

import pytest

from inference.contracts import GoldenRequest
from lambdas.endpoint_release.admission import NotTheChallengerError
from tests.unit.release_harness import ReleaseHarness
from tests.unit.shelf_target import Shelf
from tests.unit.test_endpoint_release_decisions import decide


@pytest.fixture
def shelf(harness: ReleaseHarness) -> Shelf:
    harness.target = found = Shelf(5, "cats")
    return found


@pytest.fixture
def challenger(harness: ReleaseHarness, shelf: Shelf) -> str:
    """At 10 %, beside a champion."""
    harness.release(1, "one")
    release = harness.prepare(2, "two")["release"]
    harness.act("shift", "two", release=release, step=0)
    assert shelf.shares[release] == 10
    return release


def test_a_step_that_meets_a_person_who_raises_the_share_ends_at_the_persons(
    harness: ReleaseHarness, shelf: Shelf, challenger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = shelf.shift

    def person_first(release: str, percentage: int, golden: Sequence[GoldenRequest]) -> None:
        monkeypatch.setattr(shelf, "shift", move)
        assert decide(harness, "shift", release=challenger, percentage=70)["status"] == "shifted"
        move(release, percentage, golden)

    monkeypatch.setattr(shelf, "shift", person_first)
    assert harness.act("shift", "two", release=challenger, step=1)["percentage"] == 70  # it read the state again

    assert shelf.shares[challenger] == harness.state.percentage == 70


@pytest.mark.parametrize("action", ["promote", "roll_back"])
def test_a_decision_that_broke_off_after_it_was_written_is_carried_out_by_the_execution_that_leaves(
    harness: ReleaseHarness, shelf: Shelf, challenger: str, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    def breaks_off(*_: object) -> None:
        raise TimeoutError("the function ran out of time")

    with monkeypatch.context() as patched:
        patched.setattr(shelf, "shift", breaks_off)
        with pytest.raises(TimeoutError):
            decide(harness, action, release=challenger, **({"reason": "no"} if action == "roll_back" else {}))
    with pytest.raises(NotTheChallengerError):
        harness.act("check", "two", release=challenger, step=0)
    harness.act("leave", "two", reason="it is not the challenger any more")

    champion = harness.state.champion
    assert champion is not None
    assert shelf.shares[champion.release] == 100
    assert harness.parameter == champion.address
    assert (challenger in shelf.standing) == (action == "promote")


def test_an_execution_that_leaves_lets_the_next_release_be(
    harness: ReleaseHarness, shelf: Shelf, challenger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(harness, "promote", release=challenger)
    following = harness.prepare(3, "three")["release"]
    harness.act("shift", "three", release=following, step=0)
    monkeypatch.setattr(shelf, "shift", lambda *_: pytest.fail("it moved a share"))

    harness.act("leave", "two", reason="it is not the challenger any more")
