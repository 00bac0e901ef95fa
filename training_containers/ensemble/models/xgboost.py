"""Tier 2: boosted trees by XGBoost, on every decision: what does not fit in memory is read from disk each round."""

from collections.abc import Callable

import numpy as np
import xgboost as xgb

from training_containers.ensemble.models.boosted import BOOSTING
from training_containers.ensemble.models.graphs import filled, medians, write_graph
from training_containers.ensemble.models.member import Fit, Member, Source
from training_containers.ensemble.models.sampled import require_both, threads

EVERY = 25
"""Rounds between two checkpoints."""
BINNED = 40_000
"""Decisions that bins are found on: on all of them it takes longer than growing a hundred trees."""


def train(source: Source, fit: Fit) -> None:
    from onnxmltools.convert import convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType

    require_both(source)
    examples = source.sample("features", 2000, fit.seed).inputs
    typical = medians(examples)
    settings = fit.settings
    drawn = source.sample("features", BINNED, fit.seed)
    bins = xgb.QuantileDMatrix(filled(drawn.inputs, typical), weight=drawn.weight, max_bin=BOOSTING.bins)
    data: xgb.DMatrix
    if source.decisions <= settings.most_rows:
        data = xgb.QuantileDMatrix(_Batches(source, fit, typical, None), max_bin=BOOSTING.bins, ref=bins)
    else:
        cache = str(fit.resume / "cache")
        data = xgb.ExtMemQuantileDMatrix(_Batches(source, fit, typical, cache), max_bin=BOOSTING.bins, ref=bins)
    parameters = {
        "objective": "binary:logistic",
        "tree_method": "hist",
        "max_depth": settings.max_depth,
        "eta": settings.boosting_rate,
        "subsample": BOOSTING.rows,
        "colsample_bytree": BOOSTING.columns,
        "min_child_weight": settings.leaf_weight,
        "max_bin": BOOSTING.bins,
        "nthread": threads(),
        "seed": fit.seed,
    }
    checkpoint = fit.resume / "model.ubj"
    booster, done = None, 0
    if checkpoint.is_file():
        booster = xgb.Booster(model_file=checkpoint)
        done = booster.num_boosted_rounds()
    while done < settings.rounds:
        # Each part draws its rows and columns by a seed of its own, so that a resumed training draws the same.
        parameters["seed"] = fit.seed + done
        booster = xgb.train(parameters, data, min(EVERY, settings.rounds - done), xgb_model=booster)
        done = booster.num_boosted_rounds()
        booster.save_model(fit.resume / "next.ubj")
        (fit.resume / "next.ubj").replace(checkpoint)
        fit.report(done / settings.rounds, done * source.decisions)
    assert booster is not None, "rounds is at least 1"
    model = convert_xgboost(booster, initial_types=[("given", FloatTensorType([None, len(typical)]))], target_opset=15)
    write_graph(
        model,
        "probabilities",
        1,
        typical,
        fit.onnx,
        filled(examples, typical),
        lambda rows: booster.inplace_predict(rows),
    )


class _Batches(xgb.DataIter):
    """`cache`: where pages are kept, None: in memory."""

    def __init__(self, source: Source, fit: Fit, typical: np.ndarray, cache: str | None) -> None:
        self._source, self._fit, self._typical = source, fit, typical
        super().__init__(cache_prefix=cache)
        self.reset()

    def next(self, input_data: Callable) -> bool:
        batch = next(self._batches, None)
        if batch is None:
            return False
        input_data(data=filled(batch.inputs, self._typical), label=batch.hazard.astype(np.float32), weight=batch.weight)
        return True

    def reset(self) -> None:
        self._batches = self._source.batches("features", self._fit.settings.batch_rows, self._fit.seed)


MEMBER = Member("xgboost", 2, "features", train)
