"""There is always a release to go back to that has worked on this device, whatever else comes and goes."""

import pytest

from clients.device.errors import Refused
from tests.device.toys import bundle, picture

CHECKED = 2 + 22
"""Calls during the check: the golden requests, then the timed ones."""


@pytest.fixture
def device(enrolled, cloud):
    """Runs r1, which has nothing to prove any more."""
    cloud.repository.release("r1", bundle())
    with enrolled.open() as opened:
        opened.updater.look()
        yield opened


def take(device, cloud, name: str, **misbehaves) -> None:
    cloud.repository.release(name, bundle(**misbehaves))
    assert device.updater.look().state == "updated"


def test_an_update_during_a_trial_keeps_the_release_from_before_it(device, cloud):
    """r2 fails with real pictures, which it has not seen when r3 comes; r3 fails too."""
    take(device, cloud, "r2", works_for=CHECKED)
    take(device, cloud, "r3", works_for=CHECKED)

    answers = [device.runner.predict(picture())["release"] for _ in range(5)]

    assert answers == ["r1"] * 5
    assert (device.store.pointer().serving, device.store.complete()) == ("r1", ["r3", "r1"])


def test_a_champion_that_is_refused_on_the_way_back_stays_on_the_disk(enrolled, cloud, monkeypatch):
    """The device is too busy to answer the golden requests quickly when r2 is undone everywhere; then r2 fails here."""

    def busy(*_: object) -> None:
        raise Refused("slow on this device")

    cloud.repository.release("r1", bundle())
    with enrolled.open() as device:
        device.updater.look()
        take(device, cloud, "r2", works_for=CHECKED)
        cloud.repository.release("r1", bundle())
        with monkeypatch.context() as patched:
            patched.setattr("clients.device.updater.check", busy)
            assert device.updater.look().state == "refused"
        for _ in range(5):
            assert device.runner.predict(picture())["release"] == "r1"

    with enrolled.open() as device:
        assert device.runner.predict(picture())["release"] == "r1"
