"""Many sites, each recorded once, a week apart in the calendar; written as one Parquet file a site.

Faults are frequent on purpose (case-control sampling): a real fleet would need centuries for as many runaways.
Rates per module-hour therefore hold for the healthy side only, which is where false alarms are counted.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np

from sandbox.simulators.battery.dummy import dummy_site
from sandbox.simulators.battery.layout import MODULES
from sandbox.simulators.battery.picture import draw_event
from sandbox.simulators.battery.recording import Event, simulate
from sandbox.simulators.battery.telemetry import to_table

FIRST_RECORDING = datetime(2024, 1, 5, 6, 0, tzinfo=UTC)
BETWEEN_RECORDINGS = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class FleetOptions:
    sites: int = 80
    hours: float = 3.0
    faults_per_site: float = 9.0
    seed: int = 7
    step: float = 10.0
    dummy: bool = False

    def __post_init__(self) -> None:
        problems = [
            f"{name} is {value}; it must be {rule}"
            for name, value, rule, fine in (
                ("sites", self.sites, "at least 1", self.sites >= 1),
                ("hours", self.hours, "between 0.5 and 168", 0.5 <= self.hours <= 168),
                ("faults_per_site", self.faults_per_site, "between 0 and 64", 0 <= self.faults_per_site <= MODULES),
                ("step", self.step, "between 1 and 30 seconds", 1 <= self.step <= 30),
            )
            if not fine
        ]
        if problems:
            raise ValueError(". ".join(problems) + ".")

    @property
    def module_hours(self) -> float:
        return self.sites * self.hours * MODULES


@dataclass(frozen=True)
class Recording:
    """One site's file, and what happened in it."""

    path: Path
    runaways: int


def simulate_fleet(options: FleetOptions, folder: Path, workers: int = 1) -> Iterator[Recording]:
    """Yield recordings in site order as they are written."""
    folder.mkdir(parents=True, exist_ok=True)
    record = partial(record_site, options, folder)
    if workers == 1:
        yield from map(record, range(options.sites))
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(record, range(options.sites))


def record_site(options: FleetOptions, folder: Path, index: int) -> Recording:
    """Deterministic in the options and the index alone, so the number of workers changes nothing."""
    name = f"site-{index:03d}"
    if options.dummy:
        rng = np.random.default_rng([options.seed, index])
        table = dummy_site(rng, name, _start(options, index), options.hours * 3600, options.step)
    else:
        event = simulate_site(options, index)
        table = to_table(event.history, event.faults, event.readings(), name, _start(options, index))
    path = folder / f"{name}.parquet"
    table.to_parquet(path, index=False, compression="snappy")
    return Recording(path, int(table.loc[table.runaway, "module_id"].nunique()))


def simulate_site(options: FleetOptions, index: int) -> Event:
    """What truly happens at one site of a fleet."""
    start = _start(options, index)
    years = (start - FIRST_RECORDING) / timedelta(days=365)
    rng = np.random.default_rng([options.seed, index])
    return simulate(rng, start, years, options.hours * 3600, options.step, options.faults_per_site)


def draw_first_event(options: FleetOptions, picture: Path) -> None:
    """A PNG of the first runaway among the fleet's sites (which are simulated again, without sensors)."""
    for index in range(options.sites):
        event = simulate_site(options, index)
        if (event.history.onset >= 0).any() or index == options.sites - 1:
            draw_event(event.history, event.faults, picture)
            return


def _start(options: FleetOptions, index: int) -> datetime:
    return FIRST_RECORDING + index * max(BETWEEN_RECORDINGS, timedelta(hours=np.ceil(options.hours + 1)))
