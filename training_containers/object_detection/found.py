"""From a network's answers to boxes, as the packaged graph does it: the same numbers, in PyTorch."""

import torch
from torch import Tensor

from inference.contracts.boxes import MOST_BOXES
from inference.contracts.tasks.object_detection import FLOOR
from training_containers.object_detection.anchors import decode, overlaps

OVERLAP = 0.5
"""Intersection over union from which a worse box of the same class is left out."""


def found(logits: Tensor, deltas: Tensor, against: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """One picture's corners (n, 4) within it, scores (n,) and classes (n,), best first.

    Args:
        logits: (anchors, classes); `deltas` and `against`: (anchors, 4).
    """
    boxes, scores = decode(deltas, against).clamp(0, 1), torch.sigmoid(logits)
    kept = []
    for label in range(logits.shape[1]):
        (rows,) = torch.where(scores[:, label] > FLOOR)
        rows = rows[scores[rows, label].argsort(descending=True, stable=True)]
        kept += [(row, label) for row in rows[suppressed(boxes[rows])][:MOST_BOXES].tolist()]
    kept.sort(key=lambda one: -scores[one].item())
    places = torch.tensor(kept[:MOST_BOXES], dtype=torch.int64).view(-1, 2)
    return boxes[places[:, 0]], scores[places[:, 0], places[:, 1]], places[:, 1]


def suppressed(boxes: Tensor) -> Tensor:
    """Which of the boxes (n, 4), best first, stay beside better ones that stay: bool (n,)."""
    overlap = (overlaps(boxes, boxes) > OVERLAP).cpu()
    stays = torch.ones(len(boxes), dtype=torch.bool)
    for number in range(len(boxes)):
        if stays[number]:
            stays[number + 1 :] &= ~overlap[number, number + 1 :]
    return stays.to(boxes.device)
