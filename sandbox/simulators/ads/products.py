"""Things that spots sell."""

import numpy as np
from PIL import ImageDraw

from sandbox.simulators.ads.canvas import Colour, colour, middle, shade


class Product:
    """One package or machine with its brand on it, the same in every shot of a spot."""

    def __init__(self, rng: np.random.Generator, brand: str) -> None:
        self.kind = str(rng.choice(["bottle", "box", "phone", "car", "tube", "jar", "food"]))
        self.brand = brand
        self.main: Colour = colour(rng, (0.4, 1), (0.3, 1))
        self.label: Colour = colour(rng, (0, 0.6), (0.6, 1))

    def draw(self, draw: ImageDraw.ImageDraw, x: float, y: float, size: float) -> None:
        """`x`, `y`: the middle of its foot; `size`: its height, pixels."""
        ink = (24, 24, 28) if sum(self.label) > 380 else (250, 250, 250)
        draw.ellipse((x - 0.5 * size, y - 0.06 * size, x + 0.5 * size, y + 0.07 * size), shade(self.main, 0.3))
        getattr(self, f"_{self.kind}")(draw, x, y, size)
        if self.kind in {"bottle", "box", "tube", "jar"}:
            middle(draw, (x, y - 0.36 * size), self.brand[:6], max(8, int(size * 0.11)), ink)

    def _shine(self, draw: ImageDraw.ImageDraw, x: float, top: float, bottom: float, width: float) -> None:
        draw.rectangle((x, top, x + width, bottom), shade(self.main, 1.5))

    def _bottle(self, draw: ImageDraw.ImageDraw, x: float, y: float, s: float) -> None:
        draw.rectangle((x - 0.07 * s, y - s, x + 0.07 * s, y - 0.6 * s), shade(self.main, 0.8))
        draw.rectangle((x - 0.08 * s, y - 1.04 * s, x + 0.08 * s, y - 0.94 * s), self.label)
        draw.rounded_rectangle((x - 0.2 * s, y - 0.72 * s, x + 0.2 * s, y), 0.09 * s, self.main)
        draw.rectangle((x - 0.2 * s, y - 0.5 * s, x + 0.2 * s, y - 0.22 * s), self.label)
        self._shine(draw, x - 0.15 * s, y - 0.68 * s, y - 0.04 * s, 0.03 * s)

    def _box(self, draw: ImageDraw.ImageDraw, x: float, y: float, s: float) -> None:
        draw.polygon(
            [(x + 0.3 * s, y - 0.9 * s), (x + 0.44 * s, y - 0.98 * s), (x + 0.44 * s, y - 0.1 * s), (x + 0.3 * s, y)],
            shade(self.main, 0.6),
        )
        draw.rectangle((x - 0.3 * s, y - 0.9 * s, x + 0.3 * s, y), self.main)
        draw.rounded_rectangle((x - 0.24 * s, y - 0.52 * s, x + 0.24 * s, y - 0.22 * s), 0.05 * s, self.label)
        draw.ellipse((x - 0.12 * s, y - 0.82 * s, x + 0.12 * s, y - 0.58 * s), shade(self.label, 0.8))

    def _phone(self, draw: ImageDraw.ImageDraw, x: float, y: float, s: float) -> None:
        draw.rounded_rectangle((x - 0.25 * s, y - s, x + 0.25 * s, y), 0.07 * s, (26, 26, 30))
        draw.rounded_rectangle((x - 0.22 * s, y - 0.96 * s, x + 0.22 * s, y - 0.04 * s), 0.05 * s, self.main)
        for k in range(8):
            cx, cy = x + (k % 2 - 0.5) * 0.2 * s, y - (0.8 - 0.2 * (k // 2)) * s
            draw.rounded_rectangle((cx - 0.07 * s, cy - 0.07 * s, cx + 0.07 * s, cy + 0.07 * s), 0.02 * s, self.label)

    def _car(self, draw: ImageDraw.ImageDraw, x: float, y: float, s: float) -> None:
        draw.polygon(
            [
                (x - 0.6 * s, y - 0.32 * s),
                (x - 0.3 * s, y - 0.64 * s),
                (x + 0.32 * s, y - 0.64 * s),
                (x + 0.6 * s, y - 0.32 * s),
            ],
            shade(self.main, 0.85),
        )
        draw.polygon(
            [
                (x - 0.42 * s, y - 0.34 * s),
                (x - 0.25 * s, y - 0.58 * s),
                (x + 0.26 * s, y - 0.58 * s),
                (x + 0.44 * s, y - 0.34 * s),
            ],
            (70, 90, 110),
        )
        draw.rounded_rectangle((x - 0.95 * s, y - 0.38 * s, x + 0.95 * s, y - 0.1 * s), 0.1 * s, self.main)
        for side in (-0.55, 0.55):
            draw.ellipse((x + (side - 0.15) * s, y - 0.27 * s, x + (side + 0.15) * s, y + 0.03 * s), (24, 24, 26))
            draw.ellipse((x + (side - 0.07) * s, y - 0.19 * s, x + (side + 0.07) * s, y - 0.05 * s), (190, 192, 196))

    def _tube(self, draw: ImageDraw.ImageDraw, x: float, y: float, s: float) -> None:
        draw.polygon(
            [(x - 0.24 * s, y - s), (x + 0.24 * s, y - s), (x + 0.17 * s, y - 0.12 * s), (x - 0.17 * s, y - 0.12 * s)],
            self.main,
        )
        draw.rectangle((x - 0.12 * s, y - 0.12 * s, x + 0.12 * s, y), self.label)
        draw.rectangle((x - 0.2 * s, y - 0.52 * s, x + 0.2 * s, y - 0.24 * s), self.label)

    def _jar(self, draw: ImageDraw.ImageDraw, x: float, y: float, s: float) -> None:
        draw.rounded_rectangle((x - 0.34 * s, y - 0.7 * s, x + 0.34 * s, y), 0.12 * s, self.main)
        draw.rectangle((x - 0.3 * s, y - 0.84 * s, x + 0.3 * s, y - 0.66 * s), shade(self.label, 0.7))
        draw.rectangle((x - 0.34 * s, y - 0.52 * s, x + 0.34 * s, y - 0.2 * s), self.label)

    def _food(self, draw: ImageDraw.ImageDraw, x: float, y: float, s: float) -> None:
        draw.ellipse((x - 0.8 * s, y - 0.5 * s, x + 0.8 * s, y), (242, 242, 244))
        draw.ellipse((x - 0.6 * s, y - 0.48 * s, x + 0.6 * s, y - 0.1 * s), (214, 160, 84))
        for k in range(12):
            cx, cy = (
                x + 0.42 * s * np.cos(2.4 * k) * (k / 12) ** 0.5,
                y - 0.3 * s + 0.12 * s * np.sin(2.4 * k) * (k / 12) ** 0.5,
            )
            draw.ellipse(
                (cx - 0.07 * s, cy - 0.05 * s, cx + 0.07 * s, cy + 0.05 * s),
                (self.main, (206, 52, 40), (70, 140, 60))[k % 3],
            )
