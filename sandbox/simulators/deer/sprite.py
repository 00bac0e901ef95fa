"""A drawn thing on a transparent ground, before it stands in a scene."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sandbox.simulators.deer.texture import Grey, Rgb, noise

FINE = 2
"""Sprites are drawn so many times larger, and scaled down: smooth edges."""
PLAIN = 128
"""Shade of what is as light as the coat."""
Point = tuple[float, float]


@dataclass(frozen=True)
class Sprite:
    rgb: Rgb
    alpha: Grey
    """0 to 1."""
    feet: tuple[int, int]
    """Column and row on which it stands."""
    shine: tuple[tuple[int, int], ...] = ()
    """Columns and rows of eyes, which shine in infrared light."""


class Pencil:
    """Draws in heights of the thing: x to the right of its middle, y up from the ground."""

    def __init__(self, height: float, wide: float, high: float, squeeze: float = 1.0, flip: bool = False) -> None:
        """`height`: pixels of 1. `wide`, `high`: room around it. `squeeze`: how much is left of x as it turns away."""
        self._unit = height * FINE
        self._x = self._unit * squeeze * (-1 if flip else 1)
        self.size = (int(self._unit * wide) + 4, int(self._unit * high) + 4)
        self._middle, self._ground = self.size[0] / 2, self.size[1] - 3 - self._unit * 0.06
        self.shade, self.pale, self.mask = (Image.new("L", self.size, 0) for _ in range(3))
        self._shade, self._pale, self._mask = (ImageDraw.Draw(one) for one in (self.shade, self.pale, self.mask))

    def at(self, point: Point) -> Point:
        return self._middle + point[0] * self._x, self._ground - point[1] * self._unit

    def polygon(self, points: Sequence[Point], shade: int = PLAIN) -> None:
        placed = [self.at(point) for point in points]
        self._mask.polygon(placed, fill=255)
        self._shade.polygon(placed, fill=shade)
        self._pale.polygon(placed, fill=0)

    def limb(self, points: Sequence[Point], widths: Sequence[float], shade: int = PLAIN) -> None:
        """A line that tapers: a width at each point."""
        for start, end, first, last in zip(points, points[1:], widths, widths[1:], strict=False):
            way = np.subtract(end, start)
            across = np.array([-way[1], way[0]]) / (np.hypot(*way) + 1e-6)
            one, other = across * first / 2, across * last / 2
            corners = [start + one, end + other, end - other, start - one]
            self.polygon([(float(x), float(y)) for x, y in corners], shade)
            self.blob(end, last, last, shade)

    def blob(self, middle: Point, wide: float, high: float, shade: int = PLAIN) -> None:
        turns = np.linspace(0, 2 * np.pi, 18)[:-1]
        xs, ys = middle[0] + wide / 2 * np.cos(turns), middle[1] + high / 2 * np.sin(turns)
        self.polygon(list(zip(xs.tolist(), ys.tolist(), strict=True)), shade)

    def light(self, points: Sequence[Point]) -> None:
        """A pale patch on what is drawn."""
        self._pale.polygon([self.at(point) for point in points], fill=255)

    def sprite(
        self,
        rng: np.random.Generator,
        coat: NDArray[np.float32],
        pale: NDArray[np.float32],
        grain: tuple[int, int] = (5, 3),
        rough: float = 0.1,
        shine: Sequence[Point] = (),
    ) -> Sprite:
        """Coloured: `coat` with `pale` patches, and noise of blotches of `grain` pixels."""
        left, top, right, bottom = self.mask.getbbox() or (0, 0, *self.size)
        width, height = (right - left) // FINE + 2, (bottom - top) // FINE + 2
        corner = (left - FINE, top - FINE, left + (width - 1) * FINE, top + (height - 1) * FINE)
        shade, patches, mask = (
            np.asarray(one.crop(corner).reduce(FINE), np.float32) / 255 for one in (self.shade, self.pale, self.mask)
        )
        patch = (patches / np.maximum(mask, 0.01)).clip(0, 1)[..., None]
        tone = shade / np.maximum(mask, 0.01) * 255 / PLAIN
        tone *= 1 + rough * noise(rng, height, width, *grain) + rough * 0.8 * noise(rng, height, width, 18)
        rgb = (coat * (1 - patch) + pale * patch) * tone[..., None]
        feet = round((self._middle - corner[0]) / FINE), round((self._ground - corner[1]) / FINE)
        eyes = [(round((x - corner[0]) / FINE), round((y - corner[1]) / FINE)) for x, y in map(self.at, shine)]
        return Sprite(rgb.clip(0, 255).astype(np.float32), np.asarray(mask, np.float32), feet, tuple(eyes))
