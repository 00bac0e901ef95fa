"""Requests that stand for the test split: for golden answers and for latency."""

from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from inference.contracts import Split
from inference.errors import BadRequest
from inference.sensor_zones.predictor import ZoneDetector
from training_containers.contract import DataFault
from training_containers.ensemble.answers import Answers, spread
from training_containers.ensemble.data import Dataset
from training_containers.ensemble.panels import read_panel
from training_containers.ensemble.requests import CONTENT_TYPE, request_for

SPARE = 8
"""Times as many are looked at where some would be refused."""


def typical_requests(
    predictor: ZoneDetector, test: Answers, dataset: Dataset, threshold: float, count: int
) -> list[bytes]:
    """Of fires that were told by far, of calm zones, and of those in between that are not near the threshold.

    Windows of which too little was read for the server to answer are left out.

    Raises:
        DataFault: the server would refuse all.
    """
    taken: list[bytes] = []
    for times in (1, SPARE):
        bodies = _bodies(test, dataset, _chosen(test.probability, threshold, times * count))
        taken = [body for body in bodies if _is_taken(predictor, body)]
        if len(taken) == len(bodies):
            break
    if not taken:
        signals = dataset.layout.signals
        raise DataFault(
            f"of {len(bodies)} windows of the test split, none has readings in half of its {signals.window_steps} "
            f"steps of {signals.step_s} s, so serving would refuse them all; make step_s as long as readings are apart."
        )
    return [taken[number] for number in spread(len(taken), min(count, len(taken)))]


def _chosen(probability: NDArray[np.float64], threshold: float, count: int) -> NDArray[np.int64]:
    """Rising numbers of decisions, half of them alarms where there are any."""
    order = np.argsort(probability, kind="stable")
    clear = order[np.abs(probability[order] - threshold) > 0.1 * max(threshold, 0.01)]
    if not len(clear):  # a model that tells nothing answers alike everywhere, and its threshold lies beside that
        clear = order
    alarms, calm = clear[probability[clear] >= threshold], clear[probability[clear] < threshold]
    halves = [each[np.linspace(0, len(each) - 1, count // 2).astype(int)] for each in (alarms, calm) if len(each)]
    return np.unique(np.concatenate(halves))


def _bodies(test: Answers, dataset: Dataset, rows: NDArray[np.int64]) -> list[bytes]:
    signals, adjacent = dataset.layout.signals, dataset.layout.adjacent
    items = dataset.of(Split.TEST)
    bodies = []
    for number, of_table in groupby(sorted(test.source.located(rows)), key=itemgetter(0)):
        panel = read_panel(dataset.channel / items[number].path, signals)
        shard = test.source.shards[number]
        for _, row in of_table:
            bodies.append(request_for(panel, int(shard.zone[row]), int(shard.end[row]), adjacent, signals))
    return bodies


def _is_taken(predictor: ZoneDetector, body: bytes) -> bool:
    try:
        predictor.predict(body, CONTENT_TYPE)
    except BadRequest:
        return False
    return True
