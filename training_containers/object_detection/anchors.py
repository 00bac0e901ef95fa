"""Boxes that predictions are told against (Liu et al. 2016, https://arxiv.org/abs/1512.02325; sizes as RetinaNet's).

Everything is in parts of the picture: 0 to 1. Corners are left, top, right, bottom.
"""

from functools import cache

import torch
from torch import Tensor

STRIDES = (8, 16, 32, 64)
SIZE_IN_STRIDES = 4.0
SCALES = (1.0, 2.0**0.5)
RATIOS = (0.5, 1.0, 2.0)
"""Width over height."""
PER_PLACE = len(SCALES) * len(RATIOS)
VARIANCES = (0.1, 0.1, 0.2, 0.2)
"""What a network's output of one moves a box by: of the anchor's size, and in the logarithm of a side."""
LARGEST_GROWTH = 4.0
"""Logarithm of a side over its anchor's, at most."""


def grid(image_size: int, stride: int) -> int:
    """Places of a level in a row."""
    return -(-image_size // stride)


@cache
def anchors(image_size: int) -> Tensor:
    """Float32 (anchors, 4): centre x, centre y, width, height; by level, row, column, scale, ratio."""
    found = []
    for stride in STRIDES:
        places = (torch.arange(grid(image_size, stride)) + 0.5) * stride / image_size
        y, x = (part.reshape(-1, 1) for part in torch.meshgrid(places, places, indexing="ij"))
        side = SIZE_IN_STRIDES * stride / image_size
        shapes = torch.tensor([(s * side * r**0.5, s * side / r**0.5) for s in SCALES for r in RATIOS])
        wide, high = (shapes[:, column].expand(len(x), -1) for column in (0, 1))
        found.append(torch.stack([x.expand_as(wide), y.expand_as(wide), wide, high], dim=-1).reshape(-1, 4))
    return torch.cat(found)


def corners(centred: Tensor) -> Tensor:
    """From centre and size to corners, (..., 4)."""
    middle, half = centred[..., :2], centred[..., 2:] / 2
    return torch.cat([middle - half, middle + half], dim=-1)


def encode(boxes: Tensor, against: Tensor) -> Tensor:
    """What the network should answer for anchors (n, 4) so that they become boxes, corners (n, 4)."""
    size = (boxes[:, 2:] - boxes[:, :2]).clamp(min=1e-6)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    moved = (middle - against[:, :2]) / against[:, 2:]
    return torch.cat([moved, torch.log(size / against[:, 2:])], dim=1) / boxes.new_tensor(VARIANCES)


def decode(deltas: Tensor, against: Tensor) -> Tensor:
    """From the network's answers (..., anchors, 4) to boxes, corners of the same shape; they may leave the picture."""
    moves = deltas * deltas.new_tensor(VARIANCES)
    middle = against[:, :2] + moves[..., :2] * against[:, 2:]
    size = against[:, 2:] * torch.exp(moves[..., 2:].clamp(max=LARGEST_GROWTH))
    return corners(torch.cat([middle, size], dim=-1))


def overlaps(ones: Tensor, others: Tensor) -> Tensor:
    """Intersection over union of corners (n, 4) and (m, 4): (n, m)."""
    low = torch.maximum(ones[:, None, :2], others[None, :, :2])
    high = torch.minimum(ones[:, None, 2:], others[None, :, 2:])
    both = (high - low).clamp(min=0).prod(dim=2)
    areas = [(side[:, 2:] - side[:, :2]).clamp(min=0).prod(dim=1) for side in (ones, others)]
    return both / (areas[0][:, None] + areas[1][None] - both).clamp(min=1e-9)
