"""Features of telemetry beside plain pandas (groupby, shift, rolling), on the same rows in the same run.

Both compute the same statistics; pandas for every row, ours for every row and once a minute, as a detector needs them.
Writes benchmarks/results/battery_features.json.
"""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from inference.contracts.telemetry import SPIKE_STEPS
from inference.tabular.features import Preparation, series_features
from stacks.domains.battery.signals import SIGNALS

MODULES, STEPS = 48, 2160  # six hours each
RESULT = Path(__file__).parent / "results" / "battery_features.json"
WIDE = Preparation(
    low=(-1e9,) * len(SIGNALS.channels),
    high=(1e9,) * len(SIGNALS.channels),
    typical=(0.0,) * len(SIGNALS.feature_names),
)
STEPS_A_MINUTE = 60 // SIGNALS.step_s


def telemetry() -> np.ndarray:
    """(modules, steps, channels), complete: what pandas does with gaps is another question."""
    rng = np.random.default_rng(0)
    return 40 + np.cumsum(rng.normal(0, 0.05, (MODULES, STEPS, len(SIGNALS.channels))), axis=1)


def ours(series: np.ndarray, every: int) -> np.ndarray:
    ends = np.arange(SIGNALS.history_steps - 1, STEPS, every)
    return np.stack([series_features(grid, ends, WIDE, SIGNALS) for grid in series])


def plain_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    quiet = frame.groupby("module", sort=False).rolling(SPIKE_STEPS).median().reset_index(level=0, drop=True)
    channels = quiet.assign(
        spread=quiet.temperature_max_c - quiet.temperature_mean_c, rise=quiet.temperature_mean_c - quiet.ambient_c
    )
    by_module = channels.groupby(frame.module, sort=False)
    minute = by_module.rolling(STEPS_A_MINUTE).mean().reset_index(level=0, drop=True)
    parts = [channels]
    parts += [minute - minute.groupby(frame.module, sort=False).shift(lag // SIGNALS.step_s) for lag in SIGNALS.lags_s]
    rolled = [by_module.rolling(span // SIGNALS.step_s) for span in SIGNALS.spans_s]
    parts += [window.mean().reset_index(level=0, drop=True) for window in rolled]
    parts += [window.std(ddof=0).reset_index(level=0, drop=True) for window in rolled]
    return pd.concat(parts, axis=1)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def main() -> None:
    series = telemetry()
    frame = pd.DataFrame(series.reshape(-1, len(SIGNALS.channels)), columns=list(SIGNALS.channel_names))
    frame["module"] = np.repeat(np.arange(MODULES), STEPS)
    pandas_s, theirs = timed(lambda: plain_pandas(frame))
    every_row_s, mine = timed(lambda: ours(series, 1))
    minute_s, _ = timed(lambda: ours(series, STEPS_A_MINUTE))
    reference = theirs.to_numpy().reshape(MODULES, STEPS, -1)[:, SIGNALS.history_steps - 1 :]
    rows = MODULES * STEPS
    results = {
        "load_average": os.getloadavg()[0],
        "rows": rows,
        "features": len(SIGNALS.feature_names),
        "largest_difference": float(np.abs(reference - mine).max()),
        "rows_per_s": {
            "pandas_every_row": rows / pandas_s,
            "vigil_every_row": rows / every_row_s,
            "vigil_once_a_minute": rows / minute_s,
        },
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(results, indent=1) + "\n")
    print(RESULT.read_text())


if __name__ == "__main__":
    main()
