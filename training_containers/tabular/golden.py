"""Windows of the test split as the requests that callers send, and the answers that a release must repeat."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from inference.contracts import GoldenRequest
from inference.contracts.tasks.tabular import probability_field
from inference.contracts.telemetry import TIMESTAMP, Signals
from inference.tabular.predictor import HazardDetector
from training_containers.contract import InternalFault
from training_containers.packaging import golden_request
from training_containers.tabular.data import Series
from training_containers.tabular.windows import Windows

CONTENT_TYPE = "application/json"
GOLDEN_PER_CLASS = 3
NEAR_THRESHOLD = 2
TOLERANCE = 1e-4
"""Of a probability: no more than the instructions of another processor may change."""
AGREEMENT = 1e-5


def requests_for(series: Sequence[Series], test: Windows, scores: np.ndarray, threshold: float) -> dict[int, bytes]:
    """Requests as callers send them, of the surest windows of each decision and of those nearest the threshold.

    The nearest ones tell a model, or a threshold, that is slightly another from the packaged one. Windows so near that
    machines may decide them either way are left out.

    Returns:
        Row of `test` -> body.
    """
    order = np.argsort(scores, kind="stable")
    above = order[scores[order] >= threshold + TOLERANCE]
    below = order[scores[order] < threshold - TOLERANCE]
    rows = [*above[-GOLDEN_PER_CLASS:], *below[:GOLDEN_PER_CLASS], *above[:NEAR_THRESHOLD], *below[-NEAR_THRESHOLD:]]
    return {int(row): request_at(series[test.series[row]], test.time[row], test.signals) for row in rows}


def request_at(series: Series, time: float, signals: Signals) -> bytes:
    """What a caller sends whose latest reading is of the step that ends at `time`, seconds since the epoch."""
    return request_of(series, round(time / signals.step_s) - series.first_step - 1, signals)


def request_of(series: Series, last: int, signals: Signals) -> bytes:
    """The readings that count, up to step `last` of the entity's grid."""
    readings = []
    for step in range(max(0, last + 1 - signals.history_steps), last + 1):
        values = {n: float(v) for n, v in zip(signals.channel_names, series.grid[step], strict=True) if np.isfinite(v)}
        at = datetime.fromtimestamp((step + series.first_step) * signals.step_s, UTC)
        if values:
            readings.append({TIMESTAMP: at.isoformat(), **values})
    return json.dumps({"windows": [{signals.entity_id: series.item.entity, "readings": readings}]}).encode()


def golden_answer(detector: HazardDetector, body: bytes, score: float) -> GoldenRequest:
    """The answer to the request, which must be the one that the evaluation counted."""
    answer = detector.predict(body, CONTENT_TYPE)
    served = answer["predictions"][0][probability_field(detector.signals)]
    if abs(served - score) > AGREEMENT:
        raise InternalFault(f"a window scored {score:.6f} in the evaluation and {served:.6f} when served.")
    return golden_request(body, CONTENT_TYPE, answer, TOLERANCE)
