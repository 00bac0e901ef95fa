"""A release from approval to champion: retries, duplicates, several at once, ways back."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from lambdas.common.releases_table import ReleasesTable
from lambdas.endpoint_release.admission import NotTheChallengerError
from lambdas.endpoint_release.clients import ChampionParameter
from tests.unit.release_doubles import SILENT
from tests.unit.release_harness import ARN, ReleaseHarness


def test_the_first_release_gets_all_traffic_and_bakes_once(harness: ReleaseHarness) -> None:
    release = harness.prepare(1)["release"]
    assert harness.act("golden", release=release)["status"] == "passed"
    first = harness.act("shift", release=release, step=0)
    assert (first["percentage"], first["bake_s"]) == (100, 60)
    harness.metrics.window = SILENT
    assert harness.act("check", release=release, step=0)["status"] == "quiet"
    harness.now += timedelta(seconds=60)
    assert harness.act("check", release=release, step=0)["status"] == "passed"
    assert harness.act("shift", release=release, step=1)["bake_s"] == 1
    assert harness.act("check", release=release, step=1)["status"] == "passed"
    assert harness.act("promote", release=release)["status"] == "promoted"
    assert harness.state.champion.release == release
    assert harness.parameter == harness.state.champion.address == f"vigil-cats-{release}"


def test_a_rollout_steps_up_beside_the_champion(harness: ReleaseHarness) -> None:
    champion = harness.release(1, "one")
    challenger = harness.prepare(2, "two")["release"]
    seen = []
    for step in range(3):
        harness.act("shift", "two", release=challenger, step=step)
        seen.append(harness.state.percentage)
        checked = harness.act("check", "two", release=challenger, step=step)
        assert harness.state.champion.release == champion
    assert seen == [10, 50, 100]
    assert checked["next_step"] is None
    harness.act("promote", "two", release=challenger)
    assert (harness.state.champion.release, harness.state.previous.release) == (challenger, champion)
    assert len(harness.endpoints.up) == 2


def test_the_champion_before_last_goes(harness: ReleaseHarness) -> None:
    first, second, third = (harness.release(version, str(version)) for version in (1, 2, 3))
    assert set(harness.endpoints.up) == {f"vigil-cats-{second}", f"vigil-cats-{third}"}
    assert first not in harness.parameter


def test_every_action_can_be_retried(harness: ReleaseHarness) -> None:
    harness.release(1, "zero")
    release = harness.prepare(2)["release"]
    assert harness.prepare(2) == {**harness.prepare(2), "status": "started"}
    harness.act("shift", release=release, step=0)
    since = harness.state.step_since
    harness.act("shift", release=release, step=0)
    assert harness.state.step_since == since
    harness.act("promote", release=release)
    after = harness.state
    assert harness.act("promote", release=release)["status"] == "promoted"
    assert harness.state == after
    assert harness.endpoints.made.count(f"vigil-cats-{release}") == 1


def test_a_promotion_cut_short_is_finished_by_its_retry(
    harness: ReleaseHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = harness.prepare(1)["release"]
    with monkeypatch.context() as broken:
        broken.setattr(ChampionParameter, "set", lambda *_: (_ for _ in ()).throw(TimeoutError()))
        with pytest.raises(TimeoutError):
            harness.act("promote", release=release)
    assert harness.parameter == "none"
    harness.act("promote", release=release)
    assert harness.parameter == f"vigil-cats-{release}"


def test_a_roll_back_works_from_any_point_and_twice(harness: ReleaseHarness) -> None:
    assert harness.act("roll_back", reason="Prepare failed")["status"] == "ignored"
    release = harness.prepare(1)["release"]
    for expected in ("rolled_back", "rolled_back"):
        assert harness.act("roll_back", release=release, reason="no")["status"] == expected
    assert harness.state.champion is None
    assert harness.endpoints.up == {}
    assert harness.parameter == "none"


def test_an_operator_goes_back_to_the_champion_before(harness: ReleaseHarness) -> None:
    first, second = harness.release(1, "one"), harness.release(2, "two")
    result = harness.act("roll_back", "operator", release=second, reason="customers complain")
    assert result["status"] == "rolled_back"
    assert harness.state.champion.release == first
    assert harness.parameter == f"vigil-cats-{first}"
    assert harness.act("roll_back", "operator", release=first, reason="more")["status"] == "ignored"


def test_an_execution_that_fails_at_its_second_package_keeps_the_first(harness: ReleaseHarness) -> None:
    harness.release(1, "zero")
    promoted = harness.release(2, "one")
    assert harness.act("roll_back", "one", reason="Prepare failed")["status"] == "ignored"
    assert harness.state.champion.release == promoted


def test_an_approval_as_sagemaker_tells_it_starts_a_release(harness: ReleaseHarness) -> None:
    event = json.loads((Path(__file__).parents[1] / "events" / "model_package_approved.json").read_text())
    result = harness.act("prepare", model_package_arn=event["detail"]["ModelPackageArn"], approved_at=event["time"])
    assert result["status"] == "started"
    assert result["release"].startswith("r7-")
    assert harness.endpoints.made == [f"vigil-cats-{result['release']}"]


def test_ten_deliveries_of_one_approval_are_one_release(harness: ReleaseHarness) -> None:
    at = harness.now
    answers = [harness.prepare(1, f"execution {number}", at)["status"] for number in range(10)]
    assert answers == ["started"] + ["ignored"] * 9
    release = harness.state.challenger.release
    harness.act("promote", "execution 0", release=release)
    assert harness.prepare(1, "late", at)["status"] == "ignored"


def test_a_rolled_back_package_starts_again_only_when_it_is_approved_again(harness: ReleaseHarness) -> None:
    at = harness.now
    harness.prepare(1, "one", at)
    harness.act("roll_back", "one", reason="no")
    late = harness.prepare(1, "two", at)
    assert late["status"] == "ignored"
    assert "approve it again" in late["reason"]
    assert harness.prepare(1, "three", harness.now)["status"] == "started"


def test_an_approval_during_a_release_waits_for_its_turn(harness: ReleaseHarness) -> None:
    first = harness.prepare(1, "one")["release"]
    assert harness.prepare(2, "two")["status"] == "waiting"
    assert harness.prepare(2, "three")["status"] == "ignored"
    after = harness.act("promote", "one", release=first)["next_package"]
    assert after["model_package_arn"] == ARN.format(2)
    assert harness.act("prepare", "one", **after)["status"] == "started"
    assert harness.state.waiting == ()
    assert harness.act("roll_back", "one", reason="no")["next_package"] is None


def test_a_release_that_nobody_drives_any_more_gives_way(harness: ReleaseHarness) -> None:
    abandoned = harness.prepare(1, "ended by a person")["release"]
    harness.now += timedelta(hours=2)
    assert harness.prepare(2, "two")["status"] == "started"
    assert harness.state.challenger.execution == "two"
    assert f"vigil-cats-{abandoned}" not in harness.endpoints.up
    with pytest.raises(NotTheChallengerError):
        harness.act("shift", "ended by a person", release=abandoned, step=0)


def test_an_endpoint_that_cannot_be_deleted_yet_goes_later(harness: ReleaseHarness) -> None:
    release = harness.prepare(1)["release"]
    harness.endpoints.locked = {f"vigil-cats-{release}"}
    harness.act("roll_back", reason="no")
    assert harness.state.retired == (release,)
    harness.endpoints.locked = set()
    harness.release(2, "two")
    assert harness.state.retired == ()
    assert f"vigil-cats-{release}" not in harness.endpoints.up


def test_a_champion_approved_again_keeps_its_endpoint(harness: ReleaseHarness) -> None:
    first, second = harness.release(1, "one"), harness.release(2, "two")
    assert harness.release(1, "three") == first
    assert set(harness.endpoints.up) == {f"vigil-cats-{first}", f"vigil-cats-{second}"}


def test_a_change_in_between_is_seen_and_decided_again(
    harness: ReleaseHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = harness.prepare(1, "one")["release"]
    stale = harness.state
    assert harness.prepare(2, "two")["status"] == "waiting"
    reads = iter([stale])
    real = ReleasesTable.read
    monkeypatch.setattr(ReleasesTable, "read", lambda *args, **more: next(reads, None) or real(*args, **more))
    harness.act("shift", "one", release=release, step=0)
    assert harness.state.percentage == 100
    assert len(harness.state.waiting) == 1
