"""The telemetry table of a site: one row per module and time, in the documented columns."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sandbox.simulators.battery.faults import Fault
from sandbox.simulators.battery.history import History
from sandbox.simulators.battery.layout import LEVELS, MODULES, RACKS
from sandbox.simulators.battery.sensors import SENSORS

CHANNELS = tuple(SENSORS)
AFTERMATH_SECONDS = 180.0  # a module's electronics report this long after its runaway began


def module_names(site: str) -> list[str]:
    return [f"{site}/r{module // LEVELS}-m{module % LEVELS:02d}" for module in range(MODULES)]


def to_table(
    history: History, faults: Sequence[Fault], readings: Mapping[str, NDArray[np.float32]], site: str, start: datetime
) -> pd.DataFrame:
    """Rows sorted by module and time.

    `runaway` is true from a module's onset until its electronics fail; `fault` from the start of a fault of its own, or
    from the runaway of the module above or below it, whatever comes of it.
    """
    steps, step = len(history.seconds), float(history.seconds[1] - history.seconds[0])
    index = np.arange(steps)
    onset = np.where(history.onset < 0, steps, history.onset)[:, None]
    begins = np.full((MODULES, 1), np.inf)
    for fault in faults:
        begins[fault.module] = min(begins[fault.module, 0], fault.start)
    burns = np.where(onset < steps, onset * step, np.inf).reshape(RACKS, LEVELS)
    begins = begins.reshape(RACKS, LEVELS)
    begins[:, 1:] = np.minimum(begins[:, 1:], burns[:, :-1])
    begins[:, :-1] = np.minimum(begins[:, :-1], burns[:, 1:])
    everything_lost = np.all([np.isnan(values) for values in readings.values()], axis=0).T
    keep = ((index < onset + int(AFTERMATH_SECONDS / step)) & ~everything_lost).ravel()
    times = (pd.Timestamp(start).tz_convert("UTC") + pd.to_timedelta(history.seconds, unit="s")).as_unit("ms")
    modules = np.repeat(np.arange(MODULES, dtype=np.int8), steps)
    columns = {
        "timestamp": np.tile(times, MODULES)[keep],
        "site_id": pd.Categorical.from_codes(np.zeros(keep.sum(), np.int8), [site]),
        "module_id": pd.Categorical.from_codes(modules[keep], module_names(site)),
    }
    columns |= {name: values.T.ravel()[keep] for name, values in readings.items()}
    columns["runaway"] = (index >= onset).ravel()[keep]
    columns["fault"] = (history.seconds >= begins.reshape(MODULES, 1)).ravel()[keep]
    return pd.DataFrame(columns)
