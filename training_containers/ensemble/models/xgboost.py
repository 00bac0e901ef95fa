"""Tier 2: boosted trees by XGBoost, on every decision: what does not fit in memory is read from disk each round.

Hosts with a share each add up their histograms by XGBoost's own collective:
https://xgboost.readthedocs.io/en/release_3.2.0/python/examples/distributed_extmem_basic.html
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import xgboost as xgb
from xgboost.collective import CommunicatorContext
from xgboost.tracker import RabitTracker

from training_containers.ensemble.models.boosted import BOOSTING
from training_containers.ensemble.models.graphs import filled, medians, write_graph
from training_containers.ensemble.models.member import Batch, Fit, Member, Source
from training_containers.ensemble.models.sampled import of_all_hosts, require_both, threads
from training_containers.torch_run.hosts import SILENCE, Hosts

EVERY = 25
"""Rounds between two checkpoints."""
BINNED = 40_000
"""Decisions that bins are found on: on all of them it takes longer than growing a hundred trees."""


def train(source: Source, fit: Fit) -> None:
    from onnxmltools.convert import convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType

    require_both(source)
    examples = of_all_hosts(source.sample("features", 2000, fit.seed), fit.hosts, 2000).inputs
    typical = medians(examples)
    drawn = of_all_hosts(source.sample("features", BINNED, fit.seed), fit.hosts, BINNED)
    bins = xgb.QuantileDMatrix(filled(drawn.inputs, typical), weight=drawn.weight, max_bin=BOOSTING.bins)
    with _together(fit.hosts):
        booster = _boosted(source, fit, typical, bins)
    if not fit.writes:
        return
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


@contextmanager
def _together(hosts: Hosts | None) -> Iterator[None]:
    """XGBoost adds up over the hosts what it does in here. The main one's tracker lets them find each other."""
    if hosts is None:
        yield
        return
    seconds, tracker = int(SILENCE.total_seconds()), None
    if hosts.is_main:
        tracker = RabitTracker(hosts.count, hosts.addresses[0], sortby="task", timeout=seconds)
        tracker.start()
    where = hosts.from_main(None if tracker is None else tracker.worker_args())
    own = CommunicatorContext(dmlc_task_id=f"{hosts.rank:04}", dmlc_timeout=seconds, **where)
    with hosts.heard("XGBoost", xgb.core.XGBoostError), own:
        yield
    if tracker is not None:
        tracker.wait_for(seconds)


def _boosted(source: Source, fit: Fit, typical: np.ndarray, bins: xgb.DMatrix) -> xgb.Booster:
    """From the newest checkpoint on, if there is one."""
    settings = fit.settings
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
    booster, done = None, 0
    saved = fit.saved("model.ubj")
    if saved is not None:
        booster = xgb.Booster(model_file=bytearray(saved))
        done = booster.num_boosted_rounds()
    while done < settings.rounds:
        # Each part draws its rows and columns by a seed of its own, so that a resumed training draws the same.
        parameters["seed"] = fit.seed + done
        booster = xgb.train(parameters, data, min(EVERY, settings.rounds - done), xgb_model=booster)
        done = booster.num_boosted_rounds()
        fit.save("model.ubj", bytes(booster.save_raw("ubj")))
        fit.report(done / settings.rounds, done * source.decisions)
    assert booster is not None, "rounds is at least 1"
    return booster


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
        own = self._source.batches("features", self._fit.settings.batch_rows, self._fit.seed)
        self._batches = own if self._fit.hosts is None else _or_weightless(own, self._typical)


def _or_weightless(batches: Iterator[Batch], row: np.ndarray) -> Iterator[Batch]:
    """Of a host that has none of what is learned from: one that counts nothing, as XGBoost needs some."""
    none = Batch(row[None], np.zeros(1, bool), np.zeros(1, np.float32), np.zeros(1, np.int64))
    yield next(batches, none)
    yield from batches


MEMBER = Member("xgboost", 2, "features", train, by_all_hosts=True)
