"""Readings of sensors in zones of any domain: noise, and while it burns all channels of a zone rise."""

from io import BytesIO

import numpy as np
import pandas as pd

from lambdas.data_prep.sensor_zones.spec import SensorZones
from tests.contract.domains.toys.base import ToyData

SITES, DAYS, ZONES, SENSORS = 6, 4, 3, 2
FIRST = pd.Timestamp("2026-01-05T06:00:00Z")
NORMAL, NOISE, RISE = 0.3, 0.01, 0.2
"""In parts of a channel's range."""


def make(spec: SensorZones) -> ToyData:
    """A table a site and day, some windows long; two zones burn, one after another, and the third never."""
    tables = {}
    for number in range(SITES):
        for day in range(DAYS):
            stream = BytesIO()
            _table(spec, number, day).to_parquet(stream)
            tables[f"{spec.prefix}site-{number}/day-{day}.parquet"] = stream.getvalue()
    return ToyData(tables)


def _table(spec: SensorZones, number: int, day: int) -> pd.DataFrame:
    signals, rng = spec.signals, np.random.default_rng([number, day])
    steps = 8 * signals.window_steps
    times = pd.date_range(FIRST + pd.Timedelta(days=day), periods=steps, freq=f"{signals.step_s}s")
    frames = []
    for zone in range(ZONES):
        begins = (2 + 3 * zone) * signals.window_steps + int(rng.integers(signals.window_steps))
        burns = (np.arange(steps) >= begins) & (np.arange(steps) < begins + signals.window_steps) & (zone < ZONES - 1)
        for sensor in range(SENSORS):
            zone_name = f"s{number}/z{zone}"
            names = {"timestamp": times, "site_id": f"s{number}", "zone_id": zone_name}
            values = {
                channel.name: channel.low
                + (NORMAL + RISE * burns + NOISE * rng.standard_normal(steps)) * (channel.high - channel.low)
                for channel in signals.channels
            }
            mark = {signals.hazard: burns.astype(int)}
            frames.append(pd.DataFrame({**names, "sensor_id": f"{zone_name}/{sensor}", **values, **mark}))
    return pd.concat(frames)
