"""What a release's health is on devices: whose word counts, and how many must have spoken."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inference.contracts.devices import DeviceReport, ReleaseCounts
from inference.contracts.traffic import percentile
from lambdas.common.device_record import DeviceRecord
from lambdas.endpoint_release.targets.devices.health import Step, fault_of, judge_fleet
from lambdas.endpoint_release.targets.devices.spec import DevicesSpec

SINCE = datetime(2026, 11, 21, 12, tzinfo=UTC)
SPEC = DevicesSpec()


def device(name: str, late_s: int = 60, **report: Any) -> DeviceRecord:
    """One that runs r2 well, unless told otherwise, and reported so long after the step began."""
    told = DeviceReport(**{"sequence": 1, "at": SINCE, "serving": "r2", "client": "1", **report})
    at = SINCE + timedelta(seconds=late_s)
    return DeviceRecord(
        domain="ads", device_id=name, public_key="", enrolled_at=SINCE, sequence=1, report=told, reported_at=at
    )


def fleet(good: int, bad: int = 0, **fault: Any) -> list[DeviceRecord]:
    wrong = {"serving": "r1", "refused": {"r2": "too slow"}, **fault}
    return [device(f"good-{n}") for n in range(good)] + [device(f"bad-{n}", **wrong) for n in range(bad)]


def judge(devices: list[DeviceRecord], percentage: int = 100, last: bool = False) -> tuple[str, str]:
    return judge_fleet(devices, Step("r2", percentage, SINCE, SINCE + timedelta(minutes=15), last), SPEC)


def counts(inferences: int, failures: int, release: str = "r2") -> ReleaseCounts:
    return ReleaseCounts(release=release, inferences=inferences, failures=failures)


@pytest.mark.parametrize(
    ("report", "fault"),
    [
        ({}, ""),
        ({"serving": "r1", "refused": {"r2": "too slow"}}, "refused: too slow"),
        ({"refused": {"r1": "too slow"}}, ""),
        ({"counts": (counts(100, 50),)}, "50 of 100 inferences failed"),
        ({"counts": (counts(1, 1),)}, ""),
        ({"counts": (counts(100, 50, "r1"),)}, ""),
        ({"counts": (counts(0, 0),)}, ""),
        ({"serving": "r1", "update_fault": "disk full"}, "cannot fetch it: disk full"),
        ({"serving": "r2", "update_fault": "no network"}, ""),
        ({"serving": None}, ""),
    ],
)
def test_what_a_device_says_of_a_release(report: dict[str, Any], fault: str) -> None:
    assert fault_of(device("one", **report), "r2", SPEC.max_failure_rate) == fault


def test_a_device_that_never_reported_says_nothing() -> None:
    silent = DeviceRecord(domain="ads", device_id="one", public_key="", enrolled_at=SINCE)
    assert fault_of(silent, "r2", SPEC.max_failure_rate) == ""
    assert judge([silent] * 20) == (
        "quiet",
        "0 of 20 devices run it, 0 do not do well, 20 have not reported in this step; 10 devices are needed to tell",
    )


@pytest.mark.parametrize(
    ("devices", "last", "status"),
    [
        (fleet(20), False, "passed"),
        (fleet(9) + [device(f"old-{n}", late_s=-1) for n in range(11)], False, "quiet"),
        (fleet(19, 1), False, "passed"),
        (fleet(10, 1), False, "quiet"),
        (fleet(10, 1), True, "quiet"),
        (fleet(18, 2), False, "quiet"),
        (fleet(18, 2), True, "failed"),
        (fleet(0, 3), False, "failed"),
        (fleet(0, 20, refused={}, update_fault="no signature"), False, "failed"),
        (fleet(3), False, "passed"),
        ([], False, "passed"),
    ],
)
def test_how_many_must_say_so(devices: list[DeviceRecord], last: bool, status: str) -> None:
    assert judge(devices, last=last)[0] == status


def test_devices_outside_the_share_have_no_say() -> None:
    outside = [one for one in fleet(0, 300) if percentile(one.device_id) >= 10]
    assert judge(outside, percentage=10) == ("passed", f"none of {len(outside)} devices is within 10 %")


def test_a_long_reason_of_a_device_is_cut() -> None:
    _, reason = judge(fleet(0, 3, refused={"r2": "x" * 500}))
    assert "e.g. bad-0: refused: xxx" in reason
    assert len(reason) < 400


def test_of_a_small_share_half_are_enough() -> None:
    enrolled = fleet(4) + [device(f"old-{n}", late_s=-1) for n in range(4)]

    assert judge(enrolled)[0] == "passed"
    assert judge(enrolled[1:])[0] == "quiet"
