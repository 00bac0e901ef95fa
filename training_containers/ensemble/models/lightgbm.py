"""Tier 2: boosted trees by LightGBM; more decisions than fit in memory come in parts, each of which adds its trees."""

from typing import Any

import lightgbm as lgb
import numpy as np
from onnx import ModelProto

from training_containers.ensemble.config import EnsembleHyperparameters
from training_containers.ensemble.models.boosted import BOOSTING
from training_containers.ensemble.models.graphs import filled, medians, write_graph
from training_containers.ensemble.models.lightgbm_hosts import Learned, boosted
from training_containers.ensemble.models.member import Fit, Member, Source
from training_containers.ensemble.models.sampled import (
    Sample,
    mean_weight,
    of_all_hosts,
    prepared,
    require_both,
    threads,
)

PARTS = 3
"""Of the rounds; each part may be trained on other decisions."""
CHECKPOINT = "model.txt"
BINNED = 40_000
"""Rows that bins are found on. Finding them takes longer than growing trees on them."""


def boosting_parameters(settings: EnsembleHyperparameters, num_threads: int) -> dict[str, Any]:
    """What decides the trees, in LightGBM's names; a benchmark grows the same ones in memory."""
    return {
        "objective": "binary",
        "num_leaves": 2**settings.max_depth - 1,
        "max_depth": settings.max_depth,
        "learning_rate": settings.boosting_rate,
        "bagging_fraction": BOOSTING.rows,
        "bagging_freq": 1,
        "feature_fraction": BOOSTING.columns,
        "min_sum_hessian_in_leaf": settings.leaf_weight,
        "max_bin": BOOSTING.bins,
        "num_threads": num_threads,
        "force_row_wise": True,
        "verbosity": -1,
    }


def train(source: Source, fit: Fit) -> None:
    from onnxmltools.convert import convert_lightgbm
    from onnxmltools.convert.common.data_types import FloatTensorType

    settings = fit.settings
    parameters = {
        **boosting_parameters(settings, threads()),
        "bin_construct_sample_cnt": BINNED,
        "seed": fit.seed,
        "deterministic": True,
    }
    require_both(source)
    sample, binned = _drawn(source, fit)
    bins = lgb.Dataset(binned.inputs, binned.hazard.astype(np.int8), params=parameters).construct()
    saved = fit.saved(CHECKPOINT)
    booster = None if saved is None else lgb.Booster(model_str=saved.decode())
    done = 0 if booster is None else booster.current_iteration()
    ends = [round(settings.rounds * (part + 1) / PARTS) for part in range(PARTS)]
    for part, end in enumerate(ends):
        if done >= end:
            continue
        whole = source.decisions <= settings.most_rows or part == 0
        batch = None if whole else source.sample("features", settings.most_rows, fit.seed + part)
        inputs = sample.inputs if batch is None else filled(batch.inputs, sample.typical)
        hazard, weight = (sample.hazard, sample.weight) if batch is None else (batch.hazard, batch.weight)
        learned = Learned(inputs, hazard.astype(np.int8), weight / mean_weight(weight, fit.hosts))
        # Of the same model text, so that a part goes on alike whether or not the one before ran in this process.
        before = None if booster is None else lgb.Booster(model_str=booster.model_to_string())
        booster = boosted({**parameters, "seed": fit.seed + part}, learned, bins, end - done, before, fit.hosts)
        done = end
        fit.save(CHECKPOINT, booster.model_to_string().encode())
        fit.report(done / settings.rounds, done * min(source.decisions, settings.most_rows))
    assert booster is not None, "rounds is at least 1"
    if not fit.writes:
        return
    trained = booster
    model = convert_lightgbm(
        trained, initial_types=[("given", FloatTensorType([None, len(sample.typical)]))], zipmap=False, target_opset=15
    )
    _round_down(model, trained)
    write_graph(
        model,
        "probabilities",
        1,
        sample.typical,
        fit.onnx,
        binned.inputs,
        lambda rows: np.asarray(trained.predict(rows)),
    )


def _drawn(source: Source, fit: Fit) -> tuple[Sample, Sample]:
    """What this host learns from, and what bins are found on: the same sample, unless it is drawn by several hosts."""
    batch = source.sample("features", fit.settings.most_rows, fit.seed)
    if fit.hosts is None:
        sample = prepared(batch, medians(batch.inputs), None)
        return sample, sample
    of_all = of_all_hosts(batch, fit.hosts, BINNED)
    typical = medians(of_all.inputs)
    return prepared(batch, typical, fit.hosts), prepared(of_all, typical, None)


def _round_down(model: ModelProto, booster: lgb.Booster) -> None:
    """A value goes left up to a threshold; one that is rounded up to single precision would let others go left too."""
    exact = booster.trees_to_dataframe()["threshold"].dropna().to_numpy(np.float64)
    single = exact.astype(np.float32)
    below = np.where(single.astype(np.float64) > exact, np.nextafter(single, np.float32(-np.inf)), single)
    lowest = {float(one): float(other) for one, other in zip(single[::-1], below[::-1], strict=True)}
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.name == "nodes_values":
                attribute.floats[:] = [lowest.get(value, value) for value in attribute.floats]


MEMBER = Member("lightgbm", 2, "features", train, by_all_hosts=True)
