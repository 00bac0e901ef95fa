"""The place that a camera looks at, and never anything else."""

from dataclasses import dataclass

import numpy as np

from sandbox.simulators.deer.animals import Colour
from sandbox.simulators.deer.texture import Grey, Rgb, between, jagged, noise

WIDTH, HEIGHT = 320, 240
_SEASONS: tuple[tuple[tuple[Colour, Colour], ...], ...] = (
    (((64, 82, 44), (120, 136, 76)), ((38, 54, 32), (84, 100, 62))),
    (((112, 88, 56), (150, 124, 86)), ((74, 62, 44), (118, 96, 66))),
    (((176, 178, 180), (214, 216, 218)), ((90, 92, 92), (140, 142, 142))),
    (((92, 92, 58), (142, 134, 92)), ((52, 60, 42), (96, 100, 70))),
)
"""Colours of the ground, and of what stands behind it."""
_BARK = ((52, 44, 36), (118, 102, 86))


@dataclass(frozen=True)
class Place:
    name: str
    back: Rgb
    front: Rgb
    front_alpha: Grey
    """Of what stands before animals: trunks, twigs, grass."""
    horizon: int
    greens: tuple[Colour, Colour]


def draw_place(number: int, seed: int) -> Place:
    """Camera `number`'s. The same numbers make the same place."""
    rng = np.random.default_rng([seed, 1, number])
    ground, behind = _SEASONS[rng.choice(len(_SEASONS), p=[0.4, 0.25, 0.1, 0.25])]
    horizon = int(HEIGHT * rng.uniform(0.3, 0.46))
    back = _land(rng, ground, behind, horizon)
    for _ in range(int(rng.integers(4, 12))):
        foot = horizon + int(rng.uniform(-4, 1) ** 2 * 3)
        _trunk(back, None, rng, foot, rng.uniform(3, 14))
    for _ in range(int(rng.integers(2, 7))):
        foot = int(rng.uniform(horizon, HEIGHT * 0.8))
        _bush(back, None, rng, foot, rng.uniform(12, 34), behind)
    front, alpha = np.zeros_like(back), np.zeros((HEIGHT, WIDTH), np.float32)
    for _ in range(int(rng.choice([0, 1, 2], p=[0.45, 0.4, 0.15]))):
        _trunk(front, alpha, rng, HEIGHT, rng.uniform(10, 26))
    for _ in range(int(rng.integers(0, 4))):
        _bush(front, alpha, rng, int(rng.uniform(HEIGHT * 0.9, HEIGHT * 1.08)), rng.uniform(20, 44), behind)
    return Place(f"trap-{number:02}", back, front, alpha, horizon, behind)


def _land(rng: np.random.Generator, ground: tuple[Colour, Colour], behind: tuple[Colour, Colour], horizon: int) -> Rgb:
    """Forest behind, ground before it, a trodden path."""
    edge = horizon + jagged(rng, WIDTH, 5)
    rows = np.arange(HEIGHT, dtype=np.float32)[:, None]
    below = np.clip((rows - edge + 2) / 4, 0, 1)[..., None]
    forest = between(rng, *behind) + 16 * noise(rng, HEIGHT, WIDTH, 7, 40)[..., None]
    forest += (12 * noise(rng, HEIGHT, WIDTH, 4) + 40 * np.clip(1 - rows / max(horizon, 1), 0, 1) ** 2)[..., None]
    near = (rows - horizon) / (HEIGHT - horizon)
    floor = (
        between(rng, *ground) + (10 * noise(rng, HEIGHT, WIDTH, 22, 9) + 9 * noise(rng, HEIGHT, WIDTH, 4, 2))[..., None]
    )
    floor += (8 * noise(rng, HEIGHT, WIDTH, 2) - 14 * near)[..., None]
    middle = rng.uniform(0.2, 0.8) * WIDTH + rng.normal(0, 60) * near + jagged(rng, HEIGHT, 5)[:, None]
    path = np.exp(-(((np.arange(WIDTH) - middle) / (6 + 34 * np.clip(near, 0, 1))) ** 2))[..., None]
    floor += path * rng.uniform(-6, 24)
    return (forest * (1 - below) + floor * below).astype(np.float32)


def _trunk(picture: Rgb, alpha: Grey | None, rng: np.random.Generator, foot: int, width: float) -> None:
    top, bottom = 0, int(np.clip(foot, 20, HEIGHT))
    rows = np.arange(top, bottom)
    middle = rng.uniform(0, WIDTH) + rng.normal(0, 0.08) * (bottom - rows) + jagged(rng, len(rows), 0.8)
    half = width / 2 * (1 + 0.25 * np.exp(-(bottom - rows) / 8)) * (0.75 + 0.25 * rows / bottom)
    across = (np.arange(WIDTH)[None] - middle[:, None]) / half[:, None]
    inside = np.clip((1 - np.abs(across)) * half[:, None], 0, 1).astype(np.float32)
    bark = between(rng, *_BARK) + (14 * noise(rng, len(rows), WIDTH, 2, 14) - 20 * across.clip(-1, 1))[..., None]
    _lay(picture[top:bottom], None if alpha is None else alpha[top:bottom], bark, inside)


def _bush(
    picture: Rgb, alpha: Grey | None, rng: np.random.Generator, foot: int, size: float, colours: tuple[Colour, Colour]
) -> None:
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    middle, flat = rng.uniform(0, WIDTH), rng.uniform(0.9, 2)
    far = ((columns - middle) / (size * flat)) ** 2 + ((rows - foot + size * 0.6) / size) ** 2
    inside = np.clip((1.0 - far + 0.45 * noise(rng, HEIGHT, WIDTH, 5)) * 4, 0, 1) * (rows < foot)
    leaves = between(rng, *colours) + (18 * noise(rng, HEIGHT, WIDTH, 3) + 10 * noise(rng, HEIGHT, WIDTH, 8))[..., None]
    _lay(picture, alpha, leaves, inside)


def _lay(picture: Rgb, alpha: Grey | None, colour: Rgb, inside: Grey) -> None:
    picture += (colour - picture) * inside[..., None]
    if alpha is not None:
        np.maximum(alpha, inside, out=alpha)
