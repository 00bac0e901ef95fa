"""One building on one day: what happened, and the table of what its sensors said."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sandbox.simulators.fire.air import Air, fill
from sandbox.simulators.fire.building import SENSORS, SENSORS_A_ZONE, ZONES, Building, draw_building, zone_name
from sandbox.simulators.fire.fires import Fire, burning, draw_fires
from sandbox.simulators.fire.life import live
from sandbox.simulators.fire.nuisances import Nuisance, Releases, draw_nuisances
from sandbox.simulators.fire.sensors import NAMES, measure

FIRST_DAY = datetime(2025, 1, 6, tzinfo=UTC)
"""A Monday."""
_WEEKEND = 5


@dataclass(frozen=True)
class Day:
    """What truly happened, and what was measured of it."""

    site: str
    start: datetime
    building: Building
    fires: list[Fire]
    nuisances: list[Nuisance]
    air: Air
    readings: NDArray[np.float32]  # (steps, sensors, channels)
    step_s: float


def record_day(
    seed: int, site: int, number: int, *, fires: float, nuisances: float, step_s: float, hours: float, every_days: int
) -> Day:
    """Depends on its arguments alone, so that any part of a campaign can be made again without the rest."""
    lasting = np.random.default_rng([seed, site])
    building = draw_building(lasting)
    rng = np.random.default_rng([seed, site, number])
    start = FIRST_DAY + timedelta(days=number * every_days)
    steps = int(hours * 3600 / step_s)
    background = live(rng, building, start, steps, step_s)
    releases = Releases(steps)
    working = start.weekday() < _WEEKEND
    others = draw_nuisances(rng, building, nuisances * hours / 24, working, releases, step_s)
    burnt = draw_fires(rng, building, fires * hours / 24, steps, step_s)
    air = fill(building, background, burnt, releases, step_s)
    readings = measure(lasting, rng, air, number * every_days, step_s)
    return Day(f"site-{site:03d}", start, building, burnt, others, air, readings, step_s)


def to_table(day: Day) -> pa.Table:
    """The documented columns, a row a sensor and step, sorted by time, then sensor."""
    steps = len(day.readings)
    seconds = np.arange(steps) * day.step_s
    microseconds = np.int64(day.start.timestamp() * 1e6) + (seconds * 1e6).astype(np.int64)
    zones = [zone_name(day.site, zone) for zone in range(ZONES)]
    sensors = [f"{zone}/sensor-{number}" for zone in zones for number in range(SENSORS_A_ZONE)]
    rows = steps * SENSORS
    fire = np.repeat(burning(day.fires, steps), SENSORS_A_ZONE, axis=1)
    columns = {
        "timestamp": pa.array(np.repeat(microseconds, SENSORS), pa.timestamp("us", tz="UTC")),
        "site_id": _repeated(np.zeros(rows, np.int32), [day.site]),
        "zone_id": _repeated(np.tile(np.repeat(np.arange(ZONES, dtype=np.int32), SENSORS_A_ZONE), steps), zones),
        "sensor_id": _repeated(np.tile(np.arange(SENSORS, dtype=np.int32), steps), sensors),
    }
    flat = day.readings.reshape(rows, -1)
    for number, name in enumerate(NAMES):
        columns[name] = pa.array(np.ascontiguousarray(flat[:, number]), from_pandas=True)
    columns["fire"] = pa.array(fire.reshape(-1).astype(np.int8))
    return pa.table(columns)


def _repeated(indices: NDArray[np.int32], names: list[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(indices), pa.array(names))
