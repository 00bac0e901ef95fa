"""Of boxes that overlap the best one stays: what a detector's ONNX graph does itself, for networks that leave it out.

It is ONNX's operator NonMaxSuppression, in numpy: https://onnx.ai/onnx/operators/onnx__NonMaxSuppression.html
"""

import numpy as np
from numpy.typing import NDArray

from inference.contracts.boxes import MOST_BOXES
from inference.contracts.tasks.object_detection import FLOOR
from inference.object_detection.answer import Found

OVERLAP = 0.5
"""Intersection over union from which a worse box of the same class is left out."""


def suppress(boxes: NDArray[np.float32], scores: NDArray[np.float32]) -> Found:
    """At most `MOST_BOXES` that score more than `FLOOR`, best first.

    Args:
        boxes: (n, 4): left, top, right, bottom.
        scores: (n, classes): each box's, of each class.
    """
    kept = [(row, label) for label in range(scores.shape[1]) for row in _standing(boxes, scores[:, label])]
    rows, labels = np.array(kept, np.int64).reshape(-1, 2).T
    found = scores[rows, labels]
    best = np.argsort(-found, kind="stable")[:MOST_BOXES]
    return Found(boxes[rows[best]], found[best], labels[best])


def _standing(boxes: NDArray[np.float32], scores: NDArray[np.float32]) -> list[int]:
    """Rows of one class that no better row stands in the way of, best first; `MOST_BOXES` bounds the rounds."""
    (rows,) = np.nonzero(scores > FLOOR)
    rows = rows[np.argsort(-scores[rows], kind="stable")]
    kept: list[int] = []
    while rows.size and len(kept) < MOST_BOXES:
        best, rows = rows[0], rows[1:]
        kept.append(int(best))
        rows = rows[_overlaps(boxes[best], boxes[rows]) <= OVERLAP]
    return kept


def _overlaps(box: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of one box (4,) and others (n, 4): (n,)."""
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    both = sides.clip(min=0).prod(axis=1)
    areas = (box[2:] - box[:2]).prod() + (others[:, 2:] - others[:, :2]).prod(axis=1)
    return both / np.maximum(areas - both, np.float32(1e-9))
