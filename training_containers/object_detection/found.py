"""From a network's answers to boxes, as the packaged graph does it: the same numbers."""

import torch
from torch import Tensor

from inference.object_detection.answer import Found
from inference.object_detection.suppression import suppress
from training_containers.object_detection.anchors import decode


def found(logits: Tensor, deltas: Tensor, against: Tensor) -> Found:
    """One picture's boxes within it, best first.

    Args:
        logits: (anchors, classes); `deltas` and `against`: (anchors, 4).
    """
    boxes, scores = decode(deltas, against).clamp(0, 1), torch.sigmoid(logits)
    return suppress(boxes.cpu().numpy(), scores.cpu().numpy())
