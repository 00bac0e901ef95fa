"""The channel `dataset`: a version's manifest and checked tables, as one series an entity."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import ValidationError

from inference.contracts import SPLITS, DatasetSummary, Split
from inference.contracts.telemetry import TIMESTAMP, Signals
from inference.contracts.telemetry_item import TelemetryItem
from inference.tabular.features import to_grid
from training_containers.contract import DataFault


@dataclass(frozen=True)
class Series:
    """One entity's usable rows on the time grid."""

    item: TelemetryItem
    first_step: int
    grid: NDArray[np.float32]  # (steps, channels)
    onset: float  # seconds since the epoch; inf: it had no event
    ends: float  # seconds since the epoch: nothing is known from here on


@dataclass(frozen=True)
class Dataset:
    summary: DatasetSummary
    signals: Signals
    series: tuple[Series, ...]

    def of(self, split: Split) -> list[Series]:
        return [one for one in self.series if one.item.split == split]


def read_dataset(channel: Path) -> Dataset:
    """Read `dataset.json`, `manifest.jsonl` and the tables the manifest names.

    Raises:
        DataFault: something is missing or malformed, or a split has no event with enough before it.
    """
    try:
        summary = DatasetSummary.model_validate_json((channel / "dataset.json").read_bytes())
        lines = (channel / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
        items = [TelemetryItem.model_validate_json(line) for line in lines if line.strip()]
        signals = Signals.model_validate(summary.contents)
        series = tuple(_read_series(channel, items, signals))
    except (OSError, ValidationError, KeyError) as error:
        raise DataFault(f"the channel 'dataset' holds no telemetry: {error}. Run data preparation.") from error
    for split in SPLITS:
        usable = [one for one in series if one.item.split == split and len(one.grid) >= signals.history_steps]
        if not any(one.item.label == signals.hazard for one in usable):
            raise DataFault(
                f"the split '{split}' has {len(usable)} {signals.entity}s with at least {signals.history} of readings, "
                f"and none of them with a {signals.event}; give more recordings with one."
            )
    return Dataset(summary, signals, series)


def _read_series(channel: Path, items: list[TelemetryItem], signals: Signals) -> list[Series]:
    by_path: dict[str, list[TelemetryItem]] = defaultdict(list)
    for item in items:
        by_path[item.path].append(item)
    return [series for path in sorted(by_path) for series in _read_table(channel / path, by_path[path], signals)]


def _read_table(path: Path, items: list[TelemetryItem], signals: Signals) -> list[Series]:
    """The table is sorted by entity and time, as data preparation leaves it."""
    table = pd.read_parquet(path)
    seconds = table[TIMESTAMP].dt.as_unit("ms").astype("int64").to_numpy() / 1e3
    readings = table[list(signals.channel_names)].to_numpy(np.float32)
    event = table[signals.event].to_numpy()
    entities = table[signals.entity_id].to_numpy(object)
    starts = np.flatnonzero(np.r_[True, entities[1:] != entities[:-1]])
    rows = {entities[a]: slice(a, b) for a, b in zip(starts, np.r_[starts[1:], len(entities)], strict=True)}
    of_item = [(item, rows[item.entity]) for item in items]
    return [_series(item, seconds[part], readings[part], event[part], signals.step_s) for item, part in of_item]


def _series(item: TelemetryItem, seconds: NDArray, readings: NDArray, event: NDArray, step_s: int) -> Series:
    first, end = item.starts.timestamp(), item.ends.timestamp()
    used = (seconds >= first) & (seconds < end)
    seconds, readings, event = seconds[used], readings[used], event[used]
    onset = float(seconds[event.argmax()]) if event.any() else np.inf
    before = seconds < onset
    if not before.any():
        return Series(item, 0, np.empty((0, readings.shape[1]), np.float32), onset, end)
    first_step = int(seconds[0] // step_s)
    steps = int(seconds[before][-1] // step_s) - first_step + 1
    grid = to_grid(seconds[before], readings[before], first_step, steps, step_s).astype(np.float32)
    return Series(item, first_step, grid, onset, end)
