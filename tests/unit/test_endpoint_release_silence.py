"""A release whose devices fall silent after they were given it is undone; devices that are just switched off are not
held against it.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from inference.contracts.devices import Rollout
from inference.contracts.traffic import percentile
from lambdas.endpoint_release.targets.devices.spec import DevicesSpec
from tests.unit.fleet_harness import NAMES, Devices, released
from tests.unit.release_harness import ReleaseHarness
from tests.unit.update_harness import Updates

OVERDUE = timedelta(minutes=45)
"""Three times the quarter of an hour after which a device reports."""


@pytest.fixture
def fleet(harness: ReleaseHarness, tmp_path: Path) -> Callable[[Sequence[str]], Devices]:
    """Devices that run the first release, and a second one of which 10 % is to be tried."""

    def start(names: Sequence[str] = NAMES) -> Devices:
        devices = Devices(harness, Updates.start(tmp_path), names)
        released(devices, 1)
        devices.challenger = harness.prepare(2)["release"]
        return devices

    return start


def within(percentage: int, names: Sequence[str] = NAMES) -> list[str]:
    return [name for name in names if percentile(name) < percentage]


def tried(devices: Devices, step: int, dead: Collection[str] = (), off: Collection[str] = ()) -> dict[str, Any]:
    """A step until its devices are overdue. The dead take the challenger and say nothing; those off do not look."""
    devices.harness.act("shift", release=devices.challenger, step=step)
    devices.look([name for name in dead if name not in off])
    devices.report([*dead, *off])
    devices.harness.now += OVERDUE
    devices.report([*dead, *off])
    return devices.harness.act("check", release=devices.challenger, step=step)


def test_a_release_that_silences_its_whole_share_is_rolled_back_with_the_reason(fleet: Any) -> None:
    devices = fleet()
    champion = devices.rollout.current
    share = within(10)
    checked = tried(devices, 0, dead=share)
    told = f"{len(share)} of {len(share)} devices say nothing since they were given it"
    assert (checked["status"], told in checked["reason"]) == ("failed", True)
    assert (
        f"(73.2% to 100.0%), 0 of {len(NAMES) - len(share)} of the champion's; at most 5.00% more" in checked["reason"]
    )
    assert f"e.g. {min(share)} says nothing" in checked["reason"]
    assert devices.harness.act("roll_back", reason=checked["reason"])["status"] == "rolled_back"
    assert told in devices.harness.state.alarms[0]
    assert devices.rollout == Rollout(domain="cats", current=champion)


def test_devices_that_have_not_reported_yet_are_waited_for(fleet: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    devices, share = fleet(), within(10)
    devices.harness.act("shift", release=devices.challenger, step=0)
    devices.look(share)
    devices.report(share[:6])
    monkeypatch.setattr("lambdas.endpoint_release.check._is_last_check", lambda *_: False)
    check = partial(devices.harness.act, "check", release=devices.challenger, step=0)
    assert check()["status"] == "passed", "they may still be downloading it"
    devices.harness.now += timedelta(minutes=6)
    waiting = check()
    told = f"6 of {len(share)} devices that were given it have not told since that they keep it"
    assert (waiting["status"], told in waiting["reason"]) == ("quiet", True)
    devices.report()
    assert check()["status"] == "passed"


@pytest.mark.parametrize("every", [5, 2])
def test_a_usual_share_of_devices_that_are_off_promotes_as_ever(fleet: Any, every: int) -> None:
    devices = fleet()
    for step in range(3):
        checked = tried(devices, step, off=NAMES[::every])
        assert checked["status"] == "passed", checked
    assert devices.harness.act("promote", release=devices.challenger)["status"] == "promoted"


def test_devices_that_are_switched_off_during_a_step_are_so_on_both_sides(fleet: Any) -> None:
    devices = fleet()
    devices.harness.act("shift", release=devices.challenger, step=0)
    devices.report()
    devices.harness.now += OVERDUE
    devices.report(NAMES[::3])
    checked = devices.harness.act("check", release=devices.challenger, step=0)
    assert checked["status"] == "passed", checked


def test_devices_that_go_after_their_first_report_count_where_the_champions_stay(fleet: Any) -> None:
    """The first picture from the camera ends them, not a golden request."""
    devices, share = fleet(), within(50)
    devices.harness.act("shift", release=devices.challenger, step=1)
    devices.report()
    devices.harness.now += OVERDUE
    devices.report(share[::2])
    checked = devices.harness.act("check", release=devices.challenger, step=1)
    told = f"{len(share[::2])} of {len(share)} devices fell silent after they were given it"
    assert (checked["status"], told in checked["reason"]) == ("failed", True)


def test_a_device_that_has_just_taken_it_tells_nothing_yet(fleet: Any) -> None:
    """It reports at once, and might end with the first picture from its camera."""
    devices = fleet()
    devices.judged_by(DevicesSpec())
    devices.harness.act("shift", release=devices.challenger, step=0)
    devices.report()
    devices.harness.now += timedelta(minutes=1)
    checked = devices.harness.act("check", release=devices.challenger, step=0)
    assert (checked["status"], "devices are needed to tell" in checked["reason"]) == ("quiet", True)
    devices.harness.now += timedelta(minutes=14)
    devices.report()
    assert devices.harness.act("check", release=devices.challenger, step=0)["status"] == "passed"


def test_devices_that_never_fetched_the_release_are_not_held_against_it(fleet: Any) -> None:
    """They read that it is theirs, and went off; nor does anybody else of the share report: golden requests decide."""
    devices, share = fleet(), within(10)
    fetched = {name: devices.records[name].fetched for name in share}
    devices.harness.act("shift", release=devices.challenger, step=0)
    devices.look(share)
    for name in share:
        devices.records[name] = devices.records[name].model_copy(update={"fetched": fetched[name]})
    devices.harness.now += OVERDUE
    devices.report(share)
    checked = devices.harness.act("check", release=devices.challenger, step=0)
    assert (checked["status"], "golden again" in checked["reason"]) == ("passed", True)


def test_a_first_release_that_silences_devices_is_not_promoted(harness: ReleaseHarness, tmp_path: Path) -> None:
    devices = Devices(harness, Updates.start(tmp_path))
    release = harness.prepare(1)["release"]
    harness.act("shift", release=release, step=0)
    devices.look(NAMES[:50])
    harness.now += timedelta(minutes=15)
    checked = harness.act("check", release=release, step=0)
    told = "0 of 50 devices that were given it have told since that they keep it: too few to go on"
    assert (checked["status"], told in checked["reason"]) == ("failed", True)


def named(*places: int) -> list[str]:
    """A device for each of these hundredths."""
    return [next(name for n in range(10_000) if percentile(name := f"cam-{n}") == place) for place in places]


@pytest.mark.parametrize(
    ("places", "step", "dead", "status"),
    [
        ((5, 60, 90), 0, 1, "failed"),
        ((5, 40, 90), 1, 2, "failed"),
        ((60, 80, 90), 2, 3, "failed"),
        ((60, 80, 90), 2, 2, "failed"),
        ((60, 80, 90), 2, 1, "passed"),
        ((60, 80, 90), 0, 0, "passed"),
        ((5, 60, 90), 0, 0, "passed"),
    ],
)
def test_of_three_devices_most_must_have_told(
    fleet: Any, places: tuple[int, ...], step: int, dead: int, status: str
) -> None:
    names = named(*places)
    devices = fleet(names)
    assert tried(devices, step, dead=names[:dead])["status"] == status
