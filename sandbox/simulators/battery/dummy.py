"""Synthetic telemetry without physics: noise with anomalies added. For tests of the pipeline, not of models."""

from datetime import datetime

import numpy as np
import pandas as pd

from sandbox.simulators.battery.layout import MODULES
from sandbox.simulators.battery.sensors import SENSORS
from sandbox.simulators.battery.telemetry import module_names

HEALTHY = {
    "voltage_v": 46.0,
    "current_a": 0.0,
    "temperature_mean_c": 27.0,
    "temperature_max_c": 28.0,
    "ambient_c": 24.0,
    "strain_ue": 120.0,
    "gas_ppm": 4.0,
}
RISE = {"voltage_v": -1.5, "temperature_mean_c": 30.0, "temperature_max_c": 90.0, "strain_ue": 300.0, "gas_ppm": 800.0}
WARNING_SECONDS = 1200.0


def dummy_site(
    rng: np.random.Generator, site: str, start: datetime, duration: float, step: float, anomalies: int = 3
) -> pd.DataFrame:
    """One site's table with `anomalies` modules that ramp up for twenty minutes and then run away."""
    steps, names = int(duration / step), module_names(site)
    seconds = np.arange(steps) * step
    onset = np.full(MODULES, np.inf)
    onset[rng.choice(MODULES, anomalies, replace=False)] = rng.uniform(0.5, 0.95, anomalies) * duration
    ramp = np.clip(1 - (onset[:, None] - seconds) / WARNING_SECONDS, 0, 1) ** 2
    columns = {
        "timestamp": np.tile((pd.Timestamp(start) + pd.to_timedelta(seconds, unit="s")).as_unit("ms"), MODULES),
        "site_id": site,
        "module_id": np.repeat(names, steps),
    }
    for channel, level in HEALTHY.items():
        values = level + RISE.get(channel, 0.0) * ramp + rng.normal(0, SENSORS[channel].noise, ramp.shape)
        columns[channel] = values.ravel().astype(np.float32)
    columns["runaway"] = (seconds >= onset[:, None]).ravel()
    return pd.DataFrame(columns)
