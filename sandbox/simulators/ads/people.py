"""People, from the waist up or from afar, and crowds of them."""

import numpy as np
from PIL import ImageDraw

from sandbox.simulators.ads.canvas import WIDTH, Colour, colour, shade

SKINS: tuple[Colour, ...] = ((241, 202, 172), (224, 172, 132), (186, 128, 92), (136, 88, 62), (94, 60, 44))
HAIRS: tuple[Colour, ...] = ((38, 28, 24), (92, 58, 34), (176, 130, 70), (150, 148, 146), (120, 44, 28))


class Person:
    """One face, haircut and outfit, the same in every frame of a scene."""

    def __init__(self, rng: np.random.Generator, formal: float = 0.5) -> None:
        self.skin = SKINS[rng.integers(len(SKINS))]
        self.hair = HAIRS[rng.integers(len(HAIRS))]
        self.long = rng.random() < 0.5
        self.suit = rng.random() < formal
        self.top = shade((70, 74, 92), rng.uniform(0.4, 1.6)) if self.suit else colour(rng, (0.1, 0.9), (0.3, 0.95))
        self.tie = colour(rng, (0.5, 1), (0.3, 0.9))
        self.phase = rng.uniform(0, 6)

    def bust(self, draw: ImageDraw.ImageDraw, x: float, y: float, size: float, t: float, smile: bool = False) -> None:
        """`x`, `y`: the chin's middle; `size`: of the head, pixels."""
        x += 0.06 * size * np.sin(self.phase + 5 * t)
        y += 0.03 * size * np.sin(2 * self.phase + 9 * t)
        dark = shade(self.skin, 0.82)
        draw.rounded_rectangle((x - 1.15 * size, y + 0.2 * size, x + 1.15 * size, y + 4 * size), 0.6 * size, self.top)
        if self.suit:
            draw.polygon(
                [(x - 0.3 * size, y + 0.2 * size), (x + 0.3 * size, y + 0.2 * size), (x, y + 1.3 * size)], "white"
            )
            draw.line([(x, y + 0.35 * size), (x, y + 1.2 * size)], self.tie, max(2, int(size / 7)))
        if self.long:
            draw.rounded_rectangle(
                (x - 0.6 * size, y - 1.2 * size, x + 0.6 * size, y + 0.4 * size), 0.5 * size, self.hair
            )
        draw.rectangle((x - 0.2 * size, y - 0.2 * size, x + 0.2 * size, y + 0.3 * size), dark)
        draw.ellipse((x - 0.55 * size, y - 1.28 * size, x + 0.55 * size, y - 0.3 * size), self.hair)
        draw.ellipse((x - 0.46 * size, y - 1.12 * size, x + 0.46 * size, y + 0.06 * size), self.skin)
        for side in (-1, 1):
            draw.ellipse(
                (
                    x + side * 0.2 * size - 0.06 * size,
                    y - 0.62 * size,
                    x + side * 0.2 * size + 0.06 * size,
                    y - 0.5 * size,
                ),
                (40, 34, 34),
            )
        open_ = 0.03 + (0.07 * abs(np.sin(self.phase + 14 * t)) if not smile else 0.05)
        draw.chord(
            (x - 0.2 * size, y - (0.24 + open_) * size, x + 0.2 * size, y - (0.2 - open_) * size), 0, 180, (150, 60, 60)
        )

    def figure(self, draw: ImageDraw.ImageDraw, x: float, y: float, size: float, t: float) -> None:
        """Standing or running, from afar; `x`, `y`: the feet, `size`: height, pixels."""
        stride = 0.16 * size * np.sin(self.phase + 16 * t)
        legs = shade(self.top, 0.5)
        for step in (stride, -stride):
            draw.line([(x, y - 0.45 * size), (x + step, y)], legs, max(2, int(size / 9)))
            draw.line([(x, y - 0.75 * size), (x - step, y - 0.5 * size)], self.skin, max(1, int(size / 12)))
        draw.rounded_rectangle((x - 0.13 * size, y - 0.82 * size, x + 0.13 * size, y - 0.42 * size), 3, self.top)
        draw.ellipse((x - 0.08 * size, y - size, x + 0.08 * size, y - 0.82 * size), self.skin)


def crowd(draw: ImageDraw.ImageDraw, rng: np.random.Generator, top: float, bottom: float, size: float) -> None:
    """Rows of heads between two heights; the same generator state gives the same crowd."""
    palette = [colour(rng, (0.2, 0.9), (0.3, 0.9)) for _ in range(4)]
    y = top
    while y < bottom:
        heads = np.arange(-size, WIDTH + size, size)
        for x in heads + rng.normal(0, size / 6, len(heads)):
            shirt, skin = palette[rng.integers(4)], SKINS[rng.integers(len(SKINS))]
            draw.ellipse((x - size / 2, y, x + size / 2, y + size), shirt)
            draw.ellipse((x - size / 4, y - size / 2, x + size / 4, y + size / 8), skin)
        y += size * 0.7


def seated(rng: np.random.Generator, count: int) -> list[float]:
    """Places of people beside each other, pixels from the left."""
    return [WIDTH * (k + 1) / (count + 1) + rng.normal(0, 12) for k in range(count)]
