"""Which anchors should find which of a picture's boxes."""

from typing import NamedTuple

import torch
from torch import Tensor

from training_containers.object_detection.anchors import corners, overlaps

POSITIVE, NEGATIVE = 0.5, 0.4
"""Intersection over union with a box: from here on an anchor finds it; below, it finds nothing. Between: not judged."""
BACKGROUND, NOT_JUDGED = -1, -2


class Targets(NamedTuple):
    """Of one picture, corners (boxes, 4) in parts of it and classes (boxes,)."""

    boxes: Tensor
    labels: Tensor


def match(boxes: Tensor, against: Tensor) -> Tensor:
    """The number of the box that each anchor (n, 4) should find, or BACKGROUND or NOT_JUDGED: int64 (n,).

    Every box is found by the anchor that overlaps it most, however little that is.
    """
    if not len(boxes):
        return torch.full((len(against),), BACKGROUND, device=against.device)
    overlap = overlaps(corners(against), boxes)
    most, box = overlap.max(dim=1)
    found = torch.where(most >= POSITIVE, box, torch.where(most < NEGATIVE, BACKGROUND, NOT_JUDGED))
    found[overlap.argmax(dim=0)] = torch.arange(len(boxes), device=boxes.device)
    return found
