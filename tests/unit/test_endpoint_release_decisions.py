"""What a person decides of a release while its state machine drives it."""

from datetime import timedelta
from typing import Any

import pytest

from lambdas.common.releases_table import ReleasesTable, StateChangedError
from lambdas.endpoint_release import handler
from lambdas.endpoint_release.admission import NotTheChallengerError
from tests.unit.release_harness import ReleaseHarness

BY = "arn:aws:iam::123456789012:user/ada"


def decide(harness: ReleaseHarness, action: str, **event: Any) -> dict[str, Any]:
    """Decisions come from no execution."""
    harness.now += timedelta(seconds=1)
    return handler.lambda_handler({"action": f"manual_{action}", "by": BY, **event}, harness.context)


@pytest.fixture
def challenger(harness: ReleaseHarness) -> str:
    """At 10 %, beside a champion."""
    harness.release(1, "one")
    release = harness.prepare(2, "two")["release"]
    harness.act("shift", "two", release=release, step=0)
    return release


def test_a_raised_share_is_kept_by_the_steps_below_it(harness: ReleaseHarness, challenger: str) -> None:
    assert decide(harness, "shift", release=challenger, percentage=70)["status"] == "shifted"
    harness.now += timedelta(seconds=60)
    assert harness.act("check", "two", release=challenger, step=0)["status"] == "passed"
    assert harness.act("shift", "two", release=challenger, step=1)["percentage"] == 70
    assert harness.act("check", "two", release=challenger, step=1)["status"] == "passed"
    assert harness.act("shift", "two", release=challenger, step=2)["percentage"] == 100
    (raised,) = [entry for entry in harness.state.history if entry.event == "raised"]
    assert raised.detail == f"70 %, by {BY}"


def test_a_share_that_was_raised_within_a_bake_bakes_once_more(harness: ReleaseHarness, challenger: str) -> None:
    decide(harness, "shift", release=challenger, percentage=40)
    assert harness.act("check", "two", release=challenger, step=0)["status"] == "quiet"
    harness.now += timedelta(seconds=60)
    assert harness.act("check", "two", release=challenger, step=0)["status"] == "passed"


@pytest.mark.parametrize("percentage", [5, 10])
def test_a_share_is_never_lowered(harness: ReleaseHarness, challenger: str, percentage: int) -> None:
    before = harness.state
    refused = decide(harness, "shift", release=challenger, percentage=percentage)
    assert refused["status"] == "refused"
    assert "only rises" in refused["reason"]
    assert harness.state == before


def test_a_promotion_by_hand_leaves_the_execution_nothing_to_undo(harness: ReleaseHarness, challenger: str) -> None:
    assert decide(harness, "promote", release=challenger)["status"] == "promoted"
    assert harness.parameter == f"vigil-cats-{challenger}"
    with pytest.raises(NotTheChallengerError) as error:
        harness.act("check", "two", release=challenger, step=0)
    assert harness.act("leave", "two", reason=str(error.value))["status"] == "ignored"
    assert harness.state.champion.release == challenger


def test_an_execution_that_leaves_takes_what_has_waited(harness: ReleaseHarness, challenger: str) -> None:
    harness.prepare(3, "three")
    decide(harness, "roll_back", release=challenger, reason="wrong labels")
    waited = harness.act("leave", "two", reason="decided")["next_package"]
    assert waited["model_package_arn"].endswith("/3")


def test_a_roll_back_by_hand_is_of_the_release_that_it_names_and_refused_once_that_is_gone(
    harness: ReleaseHarness, challenger: str
) -> None:
    first = decide(harness, "roll_back", release=challenger, reason="wrong labels")
    assert (first["status"], first["release"]) == ("rolled_back", challenger)
    assert harness.state.alarms == (f"wrong labels (by {BY})",)
    champion = harness.state.champion.release
    assert decide(harness, "roll_back", release=champion, reason="more")["status"] == "refused"
    assert decide(harness, "roll_back", release=challenger, reason="more")["status"] == "refused"


def test_the_champion_gives_way_to_the_one_before_it(harness: ReleaseHarness) -> None:
    first, second = harness.release(1, "one"), harness.release(2, "two")
    assert decide(harness, "roll_back", release=second, reason="customers complain")["release"] == second
    assert harness.state.champion.release == first
    assert harness.parameter == f"vigil-cats-{first}"


@pytest.mark.parametrize(
    ("action", "more"),
    [("shift", {"percentage": 50}), ("promote", {}), ("roll_back", {"reason": "no"})],
)
def test_a_decision_about_an_earlier_revision_is_refused(
    harness: ReleaseHarness, challenger: str, action: str, more: dict[str, Any]
) -> None:
    before = harness.state
    refused = decide(harness, action, revision=before.revision - 1, release=challenger, **more)
    assert refused["status"] == "refused"
    assert f"revision {before.revision} now" in refused["reason"]
    assert harness.state == before


def test_of_two_promotions_at_once_the_second_is_refused(
    harness: ReleaseHarness, challenger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one writes between this one's read and its write."""
    write, tried = ReleasesTable.write, []

    def too_late(table: ReleasesTable, state: Any) -> Any:
        if tried:
            return write(table, state)
        tried.append(state)
        assert decide(harness, "promote", release=challenger)["status"] == "promoted"
        raise StateChangedError("the other one was faster")

    monkeypatch.setattr(ReleasesTable, "write", too_late)
    refused = decide(harness, "promote", release=challenger)
    assert refused["status"] == "refused"
    assert "no release is under way" in refused["reason"]
    assert [entry.event for entry in harness.state.history].count("promoted") == 2


def test_what_is_still_prepared_cannot_be_promoted(harness: ReleaseHarness) -> None:
    release = harness.prepare(1)["release"]
    assert "being prepared" in decide(harness, "promote", release=release)["reason"]
    assert harness.state.champion is None
