"""How a rollout ends on simulated fleets whose devices a release silences, or that are switched off as ever.

A device looks and reports about every quarter of an hour, and reports what it took at once. Steps, bakes and the
devices that must have told are those of `ads`; where the time is up and too little is seen, golden requests pass.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from inference.contracts.devices import REPORT_S, DeviceReport
from inference.contracts.traffic import percentile
from lambdas.common.device_record import DeviceRecord, Fetch, Offer
from lambdas.endpoint_release.targets.devices.health import Step, judge_fleet
from lambdas.endpoint_release.targets.devices.spec import DevicesSpec

RESULT = Path(__file__).parent / "results" / "device_silence.json"
ROLLOUTS = 200
FLEETS = (3, 20, 200)
STEPS, BAKE, BAKES = (10, 50, 100), 15, 12
"""Percent, minutes, most bakes of a step."""
SPEC = DevicesSpec(minimum_devices=30)
START = datetime(2026, 11, 22, tzinfo=UTC)
NEVER = 10**6
PERIOD = int(REPORT_S / 60)


class Release(NamedTuple):
    """Shares of devices."""

    checked: float = 0.0
    """That it silences while they check it."""
    later: float = 0.0
    """That it silences 10 minutes after they took it."""
    off: float = 0.2
    """Switched off all the time."""
    leaving: float = 0.05
    """Of those that are on, switched off for good in each hour."""


RELEASES = {
    "good": Release(),
    "good, in the evening": Release(leaving=0.3),
    "good, most are off": Release(off=0.7),
    "silences all": Release(checked=1.0),
    "silences all, later": Release(later=1.0),
    "silences half": Release(checked=0.5),
    "silences a fifth": Release(checked=0.2),
    "silences all, in the evening": Release(checked=1.0, leaving=0.3),
}


class Fleet:
    """Times are minutes since the release began."""

    def __init__(self, count: int, release: Release, rng: np.random.Generator) -> None:
        self.names = [f"d{rng.integers(10**9)}" for _ in range(count)]
        self.places = np.array([percentile(name) for name in self.names])
        self.until = np.where(rng.random(count) < release.off, -1.0, rng.exponential(60 / release.leaving, count))
        self.dies_checking = rng.random(count) < release.checked
        self.dies_later = rng.random(count) < release.later
        self.looks, self.reports = rng.uniform(0, PERIOD, count), rng.uniform(0, PERIOD, count)
        self.took, self.passed_over, self.reported = (np.full(count, NEVER) for _ in range(3))
        self.rng = rng

    def minute(self, now: int, share: int) -> None:
        on = self.until > now
        looks = on & (self.looks <= now)
        takes = looks & (self.places < share) & (self.took == NEVER)
        self.took[takes] = now
        self.passed_over[looks & (self.places >= share) & (self.passed_over == NEVER)] = now
        self.until[takes & self.dies_checking] = now
        later = takes & self.dies_later
        self.until[later] = np.minimum(self.until[later], now + 10)
        reports = (self.until > now) & ((self.reports <= now) | takes)
        self.reported[reports] = now
        for due, done in ((self.looks, looks), (self.reports, reports)):
            due[done] = now + PERIOD * self.rng.uniform(0.8, 1.2, int(done.sum()))

    def records(self) -> list[DeviceRecord]:
        return [self._record(number) for number in range(len(self.names))]

    def _record(self, number: int) -> DeviceRecord:
        took, met, reported = (int(one[number]) for one in (self.took, self.passed_over, self.reported))
        offered = fetched = report = None
        if took < NEVER:
            offered, fetched = Offer(release="new", at=at(took)), Fetch(release="new", at=at(took))
        elif met < NEVER:
            offered = Offer(release="old", beside="new", at=at(met))
        if reported < NEVER:
            serving = "new" if took <= reported else "old"
            report = DeviceReport(sequence=1, at=at(reported), serving=serving, client="simulated")
        return DeviceRecord.model_construct(
            device_id=self.names[number],
            offered=offered,
            fetched=fetched,
            report=report,
            # Within a minute, the report comes after what it reports.
            reported_at=None if report is None else at(reported) + timedelta(seconds=30),
        )


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def rollout(count: int, release: Release, rng: np.random.Generator) -> tuple[str, int, int]:
    """How it ends, after how many minutes, and how many devices it has silenced by then."""
    fleet, now = Fleet(count, release, rng), 0
    for share in STEPS:
        since = now
        for bake in range(1, BAKES + 1):
            for _ in range(BAKE):
                fleet.minute(now, share)
                now += 1
            step = Step("new", share, at(since), at(now), last=bake == BAKES)
            status = judge_fleet(fleet.records(), step, SPEC).status
            if status == "failed":
                return "rolled back", now, silenced(fleet)
            if status == "passed":
                break
    return "promoted", now, silenced(fleet)


def silenced(fleet: Fleet) -> int:
    return int(((fleet.took < NEVER) & (fleet.dies_checking | fleet.dies_later)).sum())


def figures(count: int, release: Release) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    ends = [rollout(count, release, rng) for _ in range(ROLLOUTS)]
    return {
        "rolled back": sum(end == "rolled back" for end, _, _ in ends) / ROLLOUTS,
        "hours, median": round(float(np.median([minutes for _, minutes, _ in ends])) / 60, 2),
        "silenced, mean share": round(float(np.mean([lost for _, _, lost in ends])) / count, 3),
    }


def main() -> None:
    found: dict[str, dict[str, Any]] = {}
    for name, release in RELEASES.items():
        found[name] = {f"{count} devices": figures(count, release) for count in FLEETS}
        print(name, found[name], flush=True)
    RESULT.write_text(json.dumps({"rollouts": ROLLOUTS, "releases": found}, indent=2) + "\n")


if __name__ == "__main__":
    main()
