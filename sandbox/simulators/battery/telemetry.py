"""The table a site leaves behind: one row a module and time, in the documented columns."""

from datetime import datetime

import numpy as np
import pandas as pd

from sandbox.simulators.battery.layout import LEVELS, MODULES
from sandbox.simulators.battery.physics import History
from sandbox.simulators.battery.sensors import read_sensors

AFTERMATH_SECONDS = 180.0  # a module's electronics report this long after its runaway began


def module_names(site: str) -> list[str]:
    return [f"{site}/r{module // LEVELS}-m{module % LEVELS:02d}" for module in range(MODULES)]


def to_table(history: History, site: str, start: datetime, rng: np.random.Generator) -> pd.DataFrame:
    """Rows sorted by module and time; `runaway` is true from a module's onset until its electronics fail."""
    steps, step = len(history.seconds), float(history.seconds[1] - history.seconds[0])
    readings = read_sensors(history, rng)
    index = np.arange(steps)[:, None]
    onset = np.where(history.onset < 0, steps, history.onset)
    reported = index < onset + int(AFTERMATH_SECONDS / step)
    everything_lost = np.all([np.isnan(values) for values in readings.values()], axis=0)
    keep = (reported & ~everything_lost).T.ravel()
    times = pd.Timestamp(start).tz_convert("UTC") + pd.to_timedelta(history.seconds, unit="s")
    modules = np.repeat(np.arange(MODULES, dtype=np.int8), steps)
    columns = {
        "timestamp": np.tile(times.as_unit("ms"), MODULES)[keep],
        "site_id": pd.Categorical.from_codes(np.zeros(keep.sum(), np.int8), [site]),
        "module_id": pd.Categorical.from_codes(modules[keep], module_names(site)),
    }
    columns |= {name: values.T.ravel()[keep].astype(np.float32) for name, values in readings.items()}
    columns["runaway"] = (index >= onset).T.ravel()[keep]
    return pd.DataFrame(columns)
