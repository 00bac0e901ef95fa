"""Brands: their names, products, colours and words, drawn once for a whole spot."""

import numpy as np
from PIL import ImageDraw

from sandbox.simulators.ads.canvas import colour, middle, name, sentence, shade, slogan
from sandbox.simulators.ads.products import Product

INK, DARK = (250, 250, 250), (22, 22, 26)


class Brand:
    """What every shot of a spot has in common."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.name = name(rng, int(rng.integers(2, 4)))
        self.product = Product(rng, self.name)
        self.ground = colour(rng, (0.1, 1), (0.35, 1))
        self.slogan = slogan(rng)
        self.price = f"{rng.integers(1, 99)}.{rng.choice(['99', '49', '95'])}"
        self.small = sentence(rng, 14)
        self.ink = DARK if sum(self.ground) > 420 else INK

    def wordmark(self, draw: ImageDraw.ImageDraw, x: float, y: float, size: int) -> None:
        middle(draw, (x, y), self.name, size, self.ink, shade(self.ground, 0.8))
