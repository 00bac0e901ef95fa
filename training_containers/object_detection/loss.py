"""What training minimises: focal loss of the classes, and how little predicted boxes overlap theirs.

https://arxiv.org/abs/1708.02002 (focal loss), https://arxiv.org/abs/1902.09630 (generalised IoU).
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from training_containers.object_detection.anchors import decode
from training_containers.object_detection.matching import BACKGROUND, NOT_JUDGED, Targets, match

ALPHA, GAMMA = 0.25, 2.0
BOX_WEIGHT = 2.0


def detection_loss(logits: Tensor, deltas: Tensor, targets: Sequence[Targets], against: Tensor) -> Tensor:
    """The mean over the batch's matched anchors, a scalar.

    Args:
        logits: (pictures, anchors, classes); `deltas`: (pictures, anchors, 4).
        against: the anchors, (anchors, 4).
    """
    wanted = torch.zeros_like(logits)
    judged = torch.ones(logits.shape[:2], dtype=torch.bool, device=logits.device)
    positives, true_boxes = [], []
    for number, (boxes, labels) in enumerate(targets):
        found = match(boxes, against)
        judged[number] = found != NOT_JUDGED
        (rows,) = torch.where(found > BACKGROUND)
        wanted[number, rows, labels[found[rows]]] = 1.0
        positives.append(decode(deltas[number, rows], against[rows]))
        true_boxes.append(boxes[found[rows]])
    predicted, true = torch.cat(positives), torch.cat(true_boxes)
    count = max(1, len(predicted))
    classes = (focal(logits, wanted) * judged[..., None]).sum()
    return (classes + BOX_WEIGHT * (1 - generalised_iou(predicted, true)).sum()) / count


def focal(logits: Tensor, wanted: Tensor) -> Tensor:
    """Cross entropies, those of answers that are nearly right weighed down; of the arguments' shape."""
    probability = torch.sigmoid(logits)
    right = probability * wanted + (1 - probability) * (1 - wanted)
    weight = (ALPHA * wanted + (1 - ALPHA) * (1 - wanted)) * (1 - right) ** GAMMA
    return weight * F.binary_cross_entropy_with_logits(logits, wanted, reduction="none")


def generalised_iou(ones: Tensor, others: Tensor) -> Tensor:
    """Of pairs of corners, (n, 4) each: (n,), from -1 (far apart) to 1 (alike)."""
    areas = [(side[:, 2:] - side[:, :2]).prod(dim=1) for side in (ones, others)]
    both = _area(torch.maximum(ones[:, :2], others[:, :2]), torch.minimum(ones[:, 2:], others[:, 2:]))
    union = areas[0] + areas[1] - both
    hull = _area(torch.minimum(ones[:, :2], others[:, :2]), torch.maximum(ones[:, 2:], others[:, 2:]))
    return both / union.clamp(min=1e-9) - (hull - union) / hull.clamp(min=1e-9)


def _area(low: Tensor, high: Tensor) -> Tensor:
    return (high - low).clamp(min=0).prod(dim=1)
