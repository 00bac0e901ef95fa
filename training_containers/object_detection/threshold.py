"""From which score on callers are told of a box."""

from collections.abc import Sequence

import numpy as np

from training_containers.object_detection.answers import Answered
from training_containers.object_detection.coco import evaluate

UNKNOWN = 0.5
"""Where nothing was found at all."""


def choose_threshold(validation: Sequence[Answered], classes: Sequence[str], most_per_empty: float) -> float:
    """The score of best F1 among those by which empty pictures have at most so many boxes each, on average.

    It lies half-way between two scores of validation boxes. Where no score keeps the bound, none of these boxes is
    told. Without an empty picture the bound says nothing.
    """
    boxes = [one.answer.boxes for one in validation]
    matches = evaluate([one.item.boxes for one in validation], boxes, classes).matches
    scores, right = (np.concatenate(column) for column in zip(*((m.scores, m.right[0]) for m in matches), strict=True))
    if not scores.size:
        return UNKNOWN
    order = np.argsort(-scores, kind="stable")
    scores, right = scores[order], right[order].cumsum()
    true = sum(len(one.true_areas) for one in matches)
    f1 = 2 * right / (np.arange(1, scores.size + 1) + true)
    empties = [one for one in validation if not one.item.boxes]
    wrong = np.sort([box.score for one in empties for box in one.answer.boxes])
    per_empty = (wrong.size - np.searchsorted(wrong, scores)) / max(1, len(empties))
    # Of boxes that score alike all are told, or none.
    last = np.append(scores[1:] < scores[:-1], True)
    allowed = last & (per_empty <= most_per_empty)
    if not allowed.any():
        return float((1 + scores[0]) / 2)
    best = int(np.argmax(np.where(allowed, f1, -1)))
    below = scores[best + 1] if best + 1 < scores.size else 0.0
    return float((scores[best] + below) / 2)
