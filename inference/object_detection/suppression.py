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
    left, top, right, bottom = boxes[rows].T
    corners = np.stack([left, top, right, bottom, (right - left) * (bottom - top)])
    kept: list[int] = []
    while rows.size and len(kept) < MOST_BOXES:
        kept.append(int(rows[0]))
        beside = _overlaps(corners) <= OVERLAP
        beside[0] = False
        rows, corners = rows[beside], corners[:, beside]
    return kept


def _overlaps(corners: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of the first box with each; (5, n): left, top, right, bottom and area -> (n,)."""
    left, top, right, bottom, area = corners
    wide = np.minimum(right, right[0]) - np.maximum(left, left[0])
    high = np.minimum(bottom, bottom[0]) - np.maximum(top, top[0])
    both = wide.clip(min=0) * high.clip(min=0)
    return both / np.maximum(area + area[0] - both, np.float32(1e-9))
