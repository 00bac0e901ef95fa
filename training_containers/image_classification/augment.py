"""Random changes to a batch of training pictures, drawn from (seed, epoch, position) alone.

So a run that was interrupted and resumed sees the very pictures that an uninterrupted one sees.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training_containers.image_classification.config import Augmentation


def draw(seed: int, epoch: int, items: int) -> Tensor:
    """One epoch's draws: float32 (items, 7), uniform in [-1, 1); a row for every position in the epoch's order."""
    generator = np.random.default_rng((seed, epoch, 1))
    return torch.from_numpy(generator.uniform(-1, 1, (items, 7)).astype(np.float32))


def augment(pictures: Tensor, draws: Tensor, augmentation: Augmentation) -> Tensor:
    """Change pictures (batch, 3, height, width) in [0, 1] by their rows of `draw`; the result stays in [0, 1]."""
    flip, rotation, zoom, shift_x, shift_y, brightness, contrast = draws.unbind(dim=1)
    angle = rotation * math.radians(augmentation.rotation_degrees)
    scale = 1 + zoom * augmentation.zoom
    mirror = torch.where(flip < 2 * augmentation.flip_probability - 1, -1.0, 1.0)
    cosine, sine = scale * torch.cos(angle), scale * torch.sin(angle)
    # A shift of one picture is 2 in the grid's coordinates, which run from -1 to 1.
    rows = [
        torch.stack([mirror * cosine, -sine, 2 * augmentation.shift * shift_x], dim=1),
        torch.stack([mirror * sine, cosine, 2 * augmentation.shift * shift_y], dim=1),
    ]
    grid = F.affine_grid(torch.stack(rows, dim=1), list(pictures.shape), align_corners=False)
    moved = F.grid_sample(pictures, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    mean = moved.mean(dim=(1, 2, 3), keepdim=True)
    gain = (1 + contrast * augmentation.contrast).view(-1, 1, 1, 1)
    light = (1 + brightness * augmentation.brightness).view(-1, 1, 1, 1)
    return ((moved - mean) * gain + mean * light).clamp(0, 1)
