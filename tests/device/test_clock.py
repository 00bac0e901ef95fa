"""A Raspberry Pi has no clock of its own: after a time without power it stands years behind, or anywhere."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.device.toys import bundle, picture

YEARS_S = 5 * 365 * 86400.0


@pytest.mark.parametrize("off_s", [-YEARS_S, YEARS_S, -3600.0, 100.0, -100.0])
def test_the_clouds_date_makes_tokens_valid(enrolled, cloud, off_s: float):
    enrolled.clock = lambda: time.time() + off_s
    cloud.repository.release("r1", bundle())

    with enrolled.open() as device:
        assert device.updater.look().state == "updated"
        device.write_report()
        assert device.deliver_reports() == 1


def test_a_clock_years_ahead_takes_no_update_and_says_so(enrolled, cloud, monkeypatch):
    cloud.repository.release("r1", bundle())
    with enrolled.open() as device:
        device.updater.look()
        cloud.repository.release("r2", bundle())
        shifted(monkeypatch, timedelta(days=5 * 365))

        look = device.updater.look()

        assert (look.state, device.runner.predict(picture())["release"]) == ("fault", "r1")
        assert "Final root.json is expired; this device's clock says" in look.why


def test_a_clock_years_behind_updates(enrolled, cloud, monkeypatch):
    shifted(monkeypatch, timedelta(days=-5 * 365))
    cloud.repository.release("r1", bundle())

    with enrolled.open() as device:
        assert device.updater.look().state == "updated"


def test_a_clock_years_behind_does_not_make_frozen_metadata_fresh(enrolled, cloud, monkeypatch):
    shifted(monkeypatch, timedelta(days=-5 * 365))
    enrolled.clock = lambda: time.time() - YEARS_S
    cloud.repository.expires["timestamp"] = datetime.now(UTC).replace(microsecond=0) - timedelta(days=30)
    cloud.repository.release("r1", bundle())

    with enrolled.open() as device:
        look = device.updater.look()

    assert look.state == "fault"
    assert "timestamp.json is expired by the cloud's clock" in look.why


def shifted(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """The Update Framework's clock; its own tests replace it likewise."""

    class Shifted(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + by

    monkeypatch.setattr("tuf.ngclient._internal.trusted_metadata_set.datetime.datetime", Shifted)
