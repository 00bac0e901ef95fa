"""LightGBM alone, in memory."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.fire.peers.shared import items_of, rows_that_fit, settings_of, worth
from benchmarks.fire.work import Work
from inference.contracts import SPLITS, Split
from training_containers.contract.metric_definitions import print_metrics
from training_containers.ensemble.store import Shard, read_shard

BYTES = 460
"""Of a decision with its 72 features, twice for a moment. Measured."""


def lightgbm_alone(work: Work) -> dict[str, Any]:
    """On features that are computed already, all in one array, with the parameters of the ensemble's own member."""
    import lightgbm as lgb

    from training_containers.ensemble.models.lightgbm import boosting_parameters

    settings = settings_of(work)
    splits = _shards(work)
    train = _as_many(splits[Split.TRAIN], rows_that_fit(BYTES))
    began = time.perf_counter()
    inputs, hazard = _loaded(train)
    loaded, cpu = time.perf_counter(), time.process_time()
    parameters = boosting_parameters(settings, work.asked.threads)
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
        **worth(scores, truth, settings.false_positive_rate),
    }


def _shards(work: Work) -> dict[Split, list[Shard]]:
    """Features that the container has computed."""
    found: dict[Split, list[Shard]] = {split: [] for split in SPLITS}
    for item in items_of(work):
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
