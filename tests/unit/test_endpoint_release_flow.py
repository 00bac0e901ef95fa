"""A release from approval to champion: retries, duplicates, several at once, ways back."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from lambdas.common.releases_table import ReleasesTable
from lambdas.endpoint_release.clients import ChampionParameter
from lambdas.endpoint_release.standing import NotOnTrialError
from tests.unit.release_room import ARN, SILENT, Room


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


def test_an_approval_as_sagemaker_tells_it_starts_a_release(room: Room) -> None:
    event = json.loads((Path(__file__).parents[1] / "events" / "model_package_approved.json").read_text())
    result = room.act("prepare", model_package_arn=event["detail"]["ModelPackageArn"], approved_at=event["time"])
    assert result["status"] == "started"
    assert result["release"].startswith("r7-")
    assert room.endpoints.made == [f"vigil-cats-{result['release']}"]


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
