"""Noise of many sizes, cut from banks that are made once: what gives bark, fur, leaves and ground their look."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.float32]
"""(height, width)."""
Rgb = NDArray[np.float32]
"""(height, width, 3), 0 to 255."""
_BANK = (900, 1100)


@cache
def _bank(across: int, down: int) -> Grey:
    rng = np.random.default_rng([across, down])
    small = rng.normal(size=(_BANK[0] // down + 2, _BANK[1] // across + 2)).astype(np.float32)
    large = np.asarray(Image.fromarray(small).resize((_BANK[1], _BANK[0]), Image.Resampling.BICUBIC))
    return (large - large.mean()) / large.std()


def noise(rng: np.random.Generator, height: int, width: int, across: int = 1, down: int | None = None) -> Grey:
    """Of mean 0 and deviation 1, with blotches of `across` x `down` (as `across`) pixels; at most 500 x 600 pixels."""
    bank = _bank(across, across if down is None else down)
    y, x = rng.integers(0, bank.shape[0] - height), rng.integers(0, bank.shape[1] - width)
    cut = bank[y : y + height, x : x + width]
    return cut[:, ::-1] if rng.random() < 0.5 else cut


def between(rng: np.random.Generator, dark: tuple[int, int, int], light: tuple[int, int, int]) -> NDArray[np.float32]:
    """A colour somewhere between the two, with a tint of its own."""
    share = rng.random()
    return (np.asarray(dark) * (1 - share) + np.asarray(light) * share + rng.normal(0, 4, 3)).astype(np.float32)


def jagged(rng: np.random.Generator, length: int, roughness: float, across: int = 40) -> Grey:
    """A line of so many points that wanders about 0, with deviation `roughness`."""
    points = np.arange(0, length + across, across)
    coarse = np.interp(np.arange(length), points, rng.normal(0, roughness, len(points)))
    return (coarse + rng.normal(0, roughness / 6, length)).astype(np.float32)
