"""Many buildings over many days: one Parquet file a building and day, and the schema file beside them.

Fires are far more frequent than anywhere (one zone in a hundred burns at any time), so that there are enough to learn
from and to count; false alarms are counted on the rest, which is as it is.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from sandbox.simulators.fire.building import SENSORS, ZONES, neighbours, zone_name
from sandbox.simulators.fire.fires import burning
from sandbox.simulators.fire.recording import Day, record_day, to_table
from sandbox.simulators.fire.sensors import CHANNELS

ROW_GROUP = 131_072


@dataclass(frozen=True, kw_only=True)
class CampaignOptions:
    sites: int = 12
    days: int = 3
    hours: float = 24.0
    fires: float = 7.0
    nuisances: float = 1.5
    seed: int = 7
    step: float = 10.0
    every_days: int = 9
    """Days between two that are recorded: seasons and weekends count."""

    def __post_init__(self) -> None:
        problems = [
            f"{name} is {value}; it must be {rule}"
            for name, value, rule, fine in (
                ("sites", self.sites, "from 1 to 1000", 1 <= self.sites <= 1000),
                ("days", self.days, "at least 1", self.days >= 1),
                ("hours", self.hours, "between 1 and 24", 1 <= self.hours <= 24),
                ("fires", self.fires, "between 0 and 100 (a building and day)", 0 <= self.fires <= 100),
                ("nuisances", self.nuisances, "between 0 and 20 (a zone and day)", 0 <= self.nuisances <= 20),
                ("step", self.step, "between 1 and 30 seconds", 1 <= self.step <= 30),
                ("every_days", self.every_days, "at least 1", self.every_days >= 1),
            )
            if not fine
        ]
        if problems:
            raise ValueError(". ".join(problems) + ".")

    @property
    def rows(self) -> int:
        return self.sites * self.days * int(self.hours * 3600 / self.step) * SENSORS

    @classmethod
    def of_rows(cls, rows: int, **options: Any) -> "CampaignOptions":
        """As many whole days of twelve and more buildings as make at least so many rows."""
        day = cls(sites=1, days=1, **options).rows
        files = max(12, -(-rows // day))
        days = max(3, round(files**0.5 / 2))
        return cls(sites=-(-files // days), days=days, **options)


@dataclass(frozen=True)
class Part:
    """One file, and what is in it."""

    path: Path
    rows: int
    fires: int
    burning: float
    """Share of its rows."""


def simulate_campaign(options: CampaignOptions, folder: Path, workers: int = 1) -> Iterator[Part]:
    """Yield the parts as they are written, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "schema.json").write_text(json.dumps(schema(options), indent=1) + "\n", encoding="utf-8")
    pairs = list(product(range(options.sites), range(options.days)))
    write = partial(write_part, options, folder)
    if workers == 1:
        yield from map(write, pairs)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(write, pairs)


def write_part(options: CampaignOptions, folder: Path, part: tuple[int, int]) -> Part:
    day = simulate_day(options, *part)
    path = folder / day.site / f"{day.start:%Y-%m-%d}.parquet"
    path.parent.mkdir(exist_ok=True)
    pq.write_table(to_table(day), path, compression="snappy", row_group_size=ROW_GROUP)
    steps = len(day.readings)
    return Part(path, steps * SENSORS, len(day.fires), float(burning(day.fires, steps).mean()))


def simulate_day(options: CampaignOptions, site: int, number: int) -> Day:
    chosen = asdict(options)
    return record_day(
        options.seed,
        site,
        number,
        step_s=options.step,
        **{name: chosen[name] for name in ("fires", "nuisances", "hours", "every_days")},
    )


def schema(options: CampaignOptions) -> dict:
    """What a schema file says: names, units, and which zones are side by side."""
    adjacent: dict[str, list[str]] = {}
    for site in (f"site-{number:03d}" for number in range(options.sites)):
        for one, other in neighbours():
            adjacent.setdefault(zone_name(site, one), []).append(zone_name(site, other))
            adjacent.setdefault(zone_name(site, other), []).append(zone_name(site, one))
    return {
        "timestamp": "timestamp",
        "sensor": "sensor_id",
        "zone": "zone_id",
        "site": "site_id",
        "label": "fire",
        "channels": [channel.model_dump() for channel in CHANNELS],
        "adjacent": {zone: sorted(others) for zone, others in sorted(adjacent.items())},
    }


__all__ = ["ZONES", "CampaignOptions", "Part", "schema", "simulate_campaign", "simulate_day", "write_part"]
