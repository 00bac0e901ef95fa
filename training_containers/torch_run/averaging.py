"""A running average of the weights, which validates better than the last step's, above all in short runs.

The exponential form of https://arxiv.org/abs/1803.05407.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

DECAY = 0.98  # averages over some fifty steps


@torch.no_grad()
def move_average(averages: Sequence[Tensor], values: Sequence[Tensor], updates: Tensor | int) -> None:
    """Move averages towards values in place; in the first steps farther, or they would remember random weights."""
    count = float(updates)
    decay = min(DECAY, (1 + count) / (10 + count))
    for average, value in zip(averages, values, strict=True):
        if average.is_floating_point():
            average.lerp_(value, 1 - decay)
        else:
            average.copy_(value)
