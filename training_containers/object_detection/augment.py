"""Random changes to a batch of training pictures and their boxes, drawn from (seed, epoch, position) alone.

So a run that was interrupted and resumed sees the very pictures that an uninterrupted one sees.
"""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training_containers.object_detection.config import Augmentation
from training_containers.object_detection.matching import Targets

DRAWS = 7
GREY = 0.5
"""Beyond the picture's edge."""


def draw(seed: int, epoch: int, items: int) -> Tensor:
    """One epoch's draws: float32 (items, DRAWS), uniform in [-1, 1); a row for every position in the epoch's order."""
    generator = np.random.default_rng((seed, epoch, 1))
    return torch.from_numpy(generator.uniform(-1, 1, (items, DRAWS)).astype(np.float32))


def augment(
    pictures: Tensor, targets: Sequence[Targets], draws: Tensor, augmentation: Augmentation
) -> tuple[Tensor, list[Targets]]:
    """Change pictures (batch, 3, height, width) in [0, 1] by their rows of `draw`, and their boxes alike."""
    flip, zoom, shift_x, shift_y, brightness, contrast, saturation = draws.unbind(dim=1)
    mirror = torch.where(flip < 2 * augmentation.flip_probability - 1, -1.0, 1.0)
    scale = 1 + zoom * augmentation.zoom
    shift = torch.stack([shift_x, shift_y], dim=1) * augmentation.shift
    # A place p of the new picture, from -1 to 1, shows the place `p * grow + 2 * shift` of the old one.
    grow = torch.stack([mirror * scale, scale], dim=1)
    theta = torch.zeros(len(pictures), 2, 3, device=pictures.device)
    theta[:, 0, 0], theta[:, 1, 1], theta[:, :, 2] = grow[:, 0], grow[:, 1], 2 * shift
    grids = F.affine_grid(theta, list(pictures.shape), align_corners=False)
    moved = F.grid_sample(pictures - GREY, grids, mode="bilinear", align_corners=False) + GREY
    luma = moved.mean(dim=1, keepdim=True)
    coloured = luma + (moved - luma) * _factor(saturation, augmentation.saturation)
    mean = coloured.mean(dim=(1, 2, 3), keepdim=True)
    changed = (coloured - mean) * _factor(contrast, augmentation.contrast)
    changed = changed + mean * _factor(brightness, augmentation.brightness)
    kept = [_moved(one, grow[i], shift[i], augmentation.least_visible) for i, one in enumerate(targets)]
    return changed.clamp(0, 1), kept


def _factor(draws: Tensor, amount: float) -> Tensor:
    return (1 + draws * amount).view(-1, 1, 1, 1)


def _moved(targets: Targets, grow: Tensor, shift: Tensor, least_visible: float) -> Targets:
    """The boxes where the picture shows them now, cut at its edges; without those of which too little is left."""
    ends = (targets.boxes.view(-1, 2, 2) - 0.5 - shift) / grow + 0.5
    low, high = ends.amin(dim=1), ends.amax(dim=1)
    cut = torch.cat([low.clamp(0, 1), high.clamp(0, 1)], dim=1)
    area = (high - low).prod(dim=1)
    left = (cut[:, 2:] - cut[:, :2]).prod(dim=1)
    visible = left > least_visible * area
    return Targets(cut[visible], targets.labels[visible])
