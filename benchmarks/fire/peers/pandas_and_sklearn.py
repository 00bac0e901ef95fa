"""A script of pandas and scikit-learn."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.fire.peers.shared import items_of, rows_that_fit, settings_of, worth
from benchmarks.fire.work import Work
from inference.contracts import SPLITS, Split
from sandbox.simulators.fire.sensors import NAMES
from training_containers.contract.metric_definitions import print_metrics

BYTES = 420
"""Of a raw row with what becomes of it. Measured."""
EVERY = 6


def pandas_and_sklearn(work: Work) -> dict[str, Any]:
    """Features by groups and rolling windows of data frames, then HistGradientBoostingClassifier."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    settings = settings_of(work)
    items = items_of(work)
    raw = {
        split: [work.raw / one.group / f"{one.block}.parquet" for one in items if one.split is split]
        for split in SPLITS
    }
    could_hold = rows_that_fit(BYTES)
    held = min(could_hold, work.asked.pandas_rows)
    chosen = _files(raw[Split.TRAIN], held)
    began = time.perf_counter()
    table = pd.concat([pd.read_parquet(path) for path in chosen], ignore_index=True)
    rows = len(table)
    print_metrics({"progress": 0.1, "rows": rows})
    read = time.perf_counter()
    features, hazard = _frame(table)
    del table
    print_metrics({"progress": 0.6, "decisions": len(hazard)})
    made = time.perf_counter()
    model = HistGradientBoostingClassifier(
        max_iter=settings.rounds, learning_rate=settings.boosting_rate, early_stopping=False, random_state=settings.seed
    )
    model.fit(features, hazard)
    print_metrics({"progress": 0.9})
    trained = time.perf_counter()
    scores, truth = [], []
    for path in _files(raw[Split.TEST], held):
        inputs, burning = _frame(pd.read_parquet(path), EVERY)
        scores.append(model.predict_proba(inputs)[:, 1])
        truth.append(burning)
    ended = time.perf_counter()
    return {
        "rows": rows,
        "could_hold": could_hold,
        "of": sum(map(_rows, raw[Split.TRAIN])),
        "decisions": len(hazard),
        "rounds": settings.rounds,
        "read_s": round(read - began, 1),
        "features_s": round(made - read, 1),
        "train_s": round(trained - made, 1),
        "predict_s": round(ended - trained, 1),
        "predicted": sum(map(len, truth)),
        **worth(np.concatenate(scores), np.concatenate(truth), settings.false_positive_rate),
    }


def _frame(table: pd.DataFrame, every: int = 1) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """As a script would: a zone's highest and mean sensor, and means and deviations of the last steps."""
    groups = table.groupby(["zone_id", "timestamp"], observed=True, sort=True)
    names = list(NAMES)
    highest, mean, fire = groups[names].max(), groups[names].mean(), groups["fire"].max()
    of_zone = mean.groupby(level="zone_id", observed=True)
    short = of_zone.rolling(6, min_periods=1).mean().droplevel(0)
    long = of_zone.rolling(30, min_periods=1).mean().droplevel(0)
    deviation = of_zone.rolling(30, min_periods=1).std().droplevel(0)
    rise = highest.groupby(level="zone_id", observed=True).diff(6)
    parts = [highest, mean, highest - mean, short, long, short - long, deviation, rise]
    features = np.concatenate([part.to_numpy(np.float32)[::every] for part in parts], axis=1)
    return features, fire.to_numpy()[::every].astype(bool)


def _files(paths: Sequence[Path], rows: int) -> list[Path]:
    kept: list[Path] = []
    total = 0
    for path in paths:
        total += _rows(path)
        if total > rows and kept:
            break
        kept.append(path)
    return kept


def _rows(path: Path) -> int:
    return int(pq.read_metadata(path).num_rows)
