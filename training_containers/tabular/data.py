"""The channel `dataset`: a version's manifest and checked tables, as one series a module."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import ValidationError

from inference.contracts import DatasetSummary, Split, TelemetryItem
from inference.contracts.telemetry import CHANNEL_NAMES, HAZARD, HISTORY_STEPS, STEP_SECONDS
from inference.tabular.features import to_grid
from training_containers.contract import DataFault


@dataclass(frozen=True)
class Series:
    """One module's usable rows on the time grid."""

    item: TelemetryItem
    first_step: int
    grid: NDArray[np.float32]  # (steps, channels)
    onset: float  # seconds since the epoch; inf: it did not run away
    ends: float  # seconds since the epoch: nothing is known from here on


@dataclass(frozen=True)
class Dataset:
    summary: DatasetSummary
    series: tuple[Series, ...]

    def of(self, split: Split) -> list[Series]:
        return [one for one in self.series if one.item.split == split]


def read_dataset(channel: Path) -> Dataset:
    """Read `dataset.json`, `manifest.jsonl` and the tables the manifest names.

    Raises:
        DataFault: something is missing or malformed, or a split has no hazardous module long enough.
    """
    try:
        summary = DatasetSummary.model_validate_json((channel / "dataset.json").read_bytes())
        lines = (channel / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
        items = [TelemetryItem.model_validate_json(line) for line in lines if line.strip()]
        series = tuple(_read_series(channel, items))
    except (OSError, ValidationError, KeyError) as error:
        raise DataFault(f"the channel 'dataset' holds no telemetry: {error}. Run data preparation.") from error
    for split in Split:
        usable = [one for one in series if one.item.split == split and len(one.grid) >= HISTORY_STEPS]
        if not any(one.item.label == HAZARD for one in usable):
            raise DataFault(
                f"the split '{split}' has {len(usable)} modules with at least twelve minutes of readings, and none "
                "of them ran away; give more recordings of modules that did."
            )
    return Dataset(summary, series)


def _read_series(channel: Path, items: list[TelemetryItem]) -> list[Series]:
    by_path: dict[str, list[TelemetryItem]] = defaultdict(list)
    for item in items:
        by_path[item.path].append(item)
    return [series for path in sorted(by_path) for series in _read_table(channel / path, by_path[path])]


def _read_table(path: Path, items: list[TelemetryItem]) -> list[Series]:
    """The table is sorted by module and time, as data preparation leaves it."""
    table = pd.read_parquet(path)
    seconds = table["timestamp"].dt.as_unit("ms").astype("int64").to_numpy() / 1e3
    readings = table[list(CHANNEL_NAMES)].to_numpy(np.float32)
    runaway = table["runaway"].to_numpy()
    modules = table["module_id"].to_numpy(object)
    starts = np.flatnonzero(np.r_[True, modules[1:] != modules[:-1]])
    rows = {modules[a]: slice(a, b) for a, b in zip(starts, np.r_[starts[1:], len(modules)], strict=True)}
    return [
        _series(item, seconds[rows[item.module]], readings[rows[item.module]], runaway[rows[item.module]])
        for item in items
    ]


def _series(item: TelemetryItem, seconds: NDArray, readings: NDArray, runaway: NDArray) -> Series:
    first, end = item.starts.timestamp(), item.ends.timestamp()
    used = (seconds >= first) & (seconds < end)
    seconds, readings, runaway = seconds[used], readings[used], runaway[used]
    onset = float(seconds[runaway.argmax()]) if runaway.any() else np.inf
    before = seconds < onset
    if not before.any():
        return Series(item, 0, np.empty((0, len(CHANNEL_NAMES)), np.float32), onset, end)
    first_step = int(seconds[0] // STEP_SECONDS)
    steps = int(seconds[before][-1] // STEP_SECONDS) - first_step + 1
    grid = to_grid(seconds[before], readings[before], first_step, steps).astype(np.float32)
    return Series(item, first_step, grid, onset, end)
