"""What others would do with the same rows: LightGBM alone in memory, and a script of pandas and scikit-learn.

Each takes as many rows as its share of the memory holds, evenly chosen among the tables; which share is said.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from benchmarks.fire.work import Work
from inference.contracts import Split
from inference.contracts.zones import ZoneItem
from sandbox.simulators.fire.sensors import NAMES
from training_containers.contract.metric_definitions import print_metrics
from training_containers.ensemble.config import EnsembleHyperparameters
from training_containers.ensemble.models.boosted import BOOSTING
from training_containers.ensemble.store import Shard, read_shard
from training_containers.ensemble.threshold import threshold_for

SHARE_OF_MEMORY = 0.6
"""Of what is available when the stage begins."""
LIGHTGBM_BYTES, PANDAS_BYTES = 460, 420
"""Of a decision with its 72 features, twice for a moment; of a raw row with what becomes of it. Measured."""
EVERY = 6


def lightgbm_alone(work: Work) -> dict[str, Any]:
    """On features that are computed already, all in one array, with the parameters of the ensemble's own member."""
    import lightgbm as lgb

    settings = EnsembleHyperparameters.parse({key: str(value) for key, value in work.asked.settings.items()})
    splits = _shards(work)
    train = _as_many(splits[Split.TRAIN], int(_available() * SHARE_OF_MEMORY / LIGHTGBM_BYTES))
    began = time.perf_counter()
    inputs, hazard = _loaded(train)
    loaded, cpu = time.perf_counter(), time.process_time()
    parameters = {
        "objective": "binary",
        "num_leaves": 2**settings.max_depth - 1,
        "max_depth": settings.max_depth,
        "learning_rate": BOOSTING.learning_rate,
        "bagging_fraction": BOOSTING.rows,
        "bagging_freq": 1,
        "feature_fraction": BOOSTING.columns,
        "min_sum_hessian_in_leaf": BOOSTING.least_weight,
        "max_bin": BOOSTING.bins,
        "num_threads": work.asked.threads,
        "force_row_wise": True,
        "verbosity": -1,
    }
    data = lgb.Dataset(inputs, hazard.astype(np.int8), params=parameters)
    data.construct()
    binned = time.perf_counter()

    def tell(state: Any) -> None:
        print_metrics({"progress": (state.iteration + 1) / settings.rounds, "rounds": state.iteration + 1})

    booster = lgb.train(parameters, data, settings.rounds, callbacks=[tell])
    trained, cpu = time.perf_counter(), time.process_time() - cpu
    del inputs, data
    tested, truth = _loaded(splits[Split.TEST])
    scores = np.asarray(booster.predict(tested))
    ended = time.perf_counter()
    return {
        "decisions": len(hazard),
        "of": sum(map(len, splits[Split.TRAIN])),
        "rounds": settings.rounds,
        "load_s": round(loaded - began, 1),
        "train_s": round(trained - loaded, 1),
        "train_cpu_s": round(cpu, 1),
        "bin_s": round(binned - loaded, 1),
        "predict_s": round(ended - trained, 1),
        "predicted": len(truth),
        **_worth(scores, truth, settings.false_positive_rate),
    }


def pandas_and_sklearn(work: Work) -> dict[str, Any]:
    """Features by groups and rolling windows of data frames, then HistGradientBoostingClassifier."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    settings = EnsembleHyperparameters.parse({key: str(value) for key, value in work.asked.settings.items()})
    items = [
        ZoneItem.model_validate_json(line)
        for line in (work.job / "input/data/dataset/manifest.jsonl").read_text().splitlines()
    ]
    raw = {
        split: [work.raw / one.group / f"{one.block}.parquet" for one in items if one.split is split] for split in Split
    }
    could_hold = int(_available() * SHARE_OF_MEMORY / PANDAS_BYTES)
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
        max_iter=settings.rounds, learning_rate=BOOSTING.learning_rate, early_stopping=False, random_state=settings.seed
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
        **_worth(np.concatenate(scores), np.concatenate(truth), settings.false_positive_rate),
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


def _shards(work: Work) -> dict[Split, list[Shard]]:
    """Features that the container has computed."""
    lines = (work.job / "input/data/dataset/manifest.jsonl").read_text().splitlines()
    found: dict[Split, list[Shard]] = {split: [] for split in Split}
    for item in map(ZoneItem.model_validate_json, lines):
        found[item.split].append(read_shard(work.job / "scratch" / item.path.replace("/", "_")))
    return found


def _as_many(shards: Sequence[Shard], decisions: int) -> list[Shard]:
    kept: list[Shard] = []
    total = 0
    for shard in shards:
        if total + len(shard) > decisions:
            break
        kept.append(shard)
        total += len(shard)
    return kept


def _loaded(shards: Sequence[Shard]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    hazard = np.concatenate([shard.hazard for shard in shards])
    first = np.load(shards[0].folder / "features.npy", mmap_mode="r")
    inputs = np.empty((len(hazard), first.shape[1]), np.float32)
    at = 0
    for shard in shards:
        inputs[at : at + len(shard)] = np.load(shard.folder / "features.npy", mmap_mode="r")
        at += len(shard)
    return inputs, hazard


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


def _worth(scores: NDArray, hazard: NDArray[np.bool_], rate: float) -> dict[str, float]:
    """At the threshold that has the allowed rate on these very decisions: kinder than what the ensemble gets."""
    limit = threshold_for(np.asarray(scores, np.float64), hazard, np.ones(len(hazard), np.float32), rate)
    return {
        "recall_at_rate": round(float((scores[hazard] >= limit).mean()), 4),
        "average_precision": round(float(average_precision_score(hazard, scores)), 4),
    }


def _available() -> float:
    """Bytes of memory that the machine could give."""
    (line,) = [one for one in Path("/proc/meminfo").read_text().splitlines() if one.startswith("MemAvailable")]
    return int(line.split()[1]) * 1024
