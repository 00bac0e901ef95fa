"""Tier 2: boosted trees by LightGBM; more decisions than fit in memory come in parts, each of which adds its trees."""

from functools import partial
from typing import Any, BinaryIO

import lightgbm as lgb
import numpy as np
from onnx import ModelProto

from training_containers.contract.checkpoints import write_whole
from training_containers.ensemble.config import EnsembleHyperparameters
from training_containers.ensemble.models.boosted import BOOSTING
from training_containers.ensemble.models.graphs import filled, write_graph
from training_containers.ensemble.models.member import Fit, Member, Source
from training_containers.ensemble.models.sampled import draw, threads

PARTS = 3
"""Of the rounds; each part may be trained on other decisions."""
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
    sample = draw(source, fit)
    bins = lgb.Dataset(sample.inputs, sample.hazard.astype(np.int8), params=parameters).construct()
    checkpoint = fit.resume / "model.txt"
    booster = lgb.Booster(model_file=str(checkpoint)) if checkpoint.is_file() else None
    done = 0 if booster is None else booster.current_iteration()
    ends = [round(settings.rounds * (part + 1) / PARTS) for part in range(PARTS)]
    for part, end in enumerate(ends):
        if done >= end:
            continue
        whole = source.decisions <= settings.most_rows or part == 0
        batch = None if whole else source.sample("features", settings.most_rows, fit.seed + part)
        inputs = sample.inputs if batch is None else filled(batch.inputs, sample.typical)
        hazard, weight = (sample.hazard, sample.weight) if batch is None else (batch.hazard, batch.weight)
        # Of the same model text, so that a part goes on alike whether or not the one before ran in this process.
        before = None if booster is None else lgb.Booster(model_str=booster.model_to_string())
        data = lgb.Dataset(
            inputs, hazard.astype(np.int8), weight=weight / weight.mean(), reference=bins, free_raw_data=False
        )
        booster = lgb.train({**parameters, "seed": fit.seed + part}, data, end - done, init_model=before)
        done = end
        text = booster.model_to_string().encode()
        write_whole(checkpoint, partial(_write, text))
        fit.report(done / settings.rounds, done * len(inputs))
    assert booster is not None, "rounds is at least 1"
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
        sample.inputs,
        lambda rows: np.asarray(trained.predict(rows)),
    )


def _write(text: bytes, file: BinaryIO) -> None:
    file.write(text)


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


MEMBER = Member("lightgbm", 2, "features", train)
