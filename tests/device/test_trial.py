"""The first inferences of a release: one that fails or is slow goes, and no picture stays without an answer."""

import pytest

from clients.device.errors import ModelFailed
from clients.device.runner import STARTS
from tests.device.toys import BLUE, bundle, picture

CHECKED = 2 + 22
"""Calls during the check: the golden requests, then the timed ones."""
TRIAL = 100


@pytest.fixture
def device(enrolled, cloud):
    """Runs r1."""
    cloud.repository.release("r1", bundle())
    with enrolled.open() as opened:
        opened.updater.look()
        yield opened


def release(device, cloud, **misbehaves) -> None:
    cloud.repository.release("r2", bundle(**misbehaves))
    assert device.updater.look().state == "updated"


def test_a_release_that_fails_is_rolled_back_and_every_picture_is_answered(device, cloud, enrolled):
    release(device, cloud, works_for=CHECKED + 10)

    answers = [device.runner.predict(picture())["release"] for _ in range(20)]

    assert answers == ["r2"] * 10 + ["r1"] * 10
    assert device.store.pointer().serving == "r1"
    look = device.updater.look()
    assert (look.state, look.why) == ("refused", "failed in 3 of its first 13 inferences")


def test_a_release_that_is_slow_is_rolled_back(device, cloud):
    release(device, cloud, quick_for=CHECKED, slow_s=0.03, slow_ms=25)

    answers = [device.runner.predict(picture())["release"] for _ in range(21)]

    assert answers == ["r2"] * 20 + ["r1"]
    device.write_report()
    device.deliver_reports()
    assert cloud.reports[-1].refused["r2"].startswith("slow: p95 ")
    assert cloud.reports[-1].serving == "r1"


def test_one_slow_answer_in_twenty_is_none(device, cloud):
    release(device, cloud)
    trial = device.runner._trial

    assert [trial.fault(ms) for ms in [1.0] * 19 + [900.0]] == [""] * 20


def test_a_release_that_does_its_work_stays(device, cloud):
    release(device, cloud)

    answers = {device.runner.predict(picture())["release"] for _ in range(TRIAL)}

    assert answers == {"r2"}
    assert device.store.pointer().trial is False
    assert device.store.pointer().previous == "r1"


def test_a_release_that_has_stayed_is_not_rolled_back_but_its_failures_are_told(device, cloud):
    release(device, cloud, works_for=CHECKED + TRIAL)
    for _ in range(TRIAL):
        device.runner.predict(picture(BLUE))

    with pytest.raises(ModelFailed, match="out of memory"):
        device.runner.predict(picture())
    device.write_report()
    device.deliver_reports()

    (counts,) = cloud.reports[-1].counts
    assert (counts.release, counts.inferences, counts.failures) == ("r2", TRIAL + 1, 1)


def test_a_release_during_whose_trial_the_program_crashes_goes(enrolled, cloud):
    cloud.repository.release("r1", bundle())
    with enrolled.open() as device:
        device.updater.look()
        cloud.repository.release("r2", bundle())
        device.updater.look()
        device.runner.close = lambda: None

    found = []
    for _ in range(STARTS + 1):
        with enrolled.open() as device:
            found.append(device.runner.serving)
            device.runner.close = lambda: None

    assert found == ["r2"] * STARTS + ["r1"]


def test_orderly_ends_during_a_trial_do_not_count(enrolled, cloud):
    for name in ("r1", "r2"):
        cloud.repository.release(name, bundle())
        with enrolled.open() as device:
            device.updater.look()

    assert {enrolled.serving for _ in range(STARTS + 2)} == {"r2"}
