"""What scenes are drawn on and with: twice the size of a frame, so that scaling down smooths edges."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 512, 288
"""Of the canvas, pixels; a frame has half."""
Colour = tuple[int, int, int]
_SYLLABLES = "va|lo|ri|na|ke|mo|sta|bel|du|fi|gra|to|ne|pi|sul|ra|zen|co|mi|la|hu|do|ve|san|ti|qua|no|be|lu|xa"
_SAYINGS = (
    "now|new|only|feel the|taste the|more|your|just|pure|simply|discover|love|fresh|real|smart|better|go|save|win|free",
    "summer|home|difference|comfort|energy|moment|family|taste|future|style|city|morning|price|deal|style|colour|care",
)


def colour(rng: np.random.Generator, saturation: tuple[float, float], value: tuple[float, float]) -> Colour:
    """Of any hue; shares of saturation and brightness, each drawn from its range."""
    hue, s, v = rng.uniform(0, 6), rng.uniform(*saturation), rng.uniform(*value)
    parts = np.clip(np.abs((hue + np.array([0, 4, 2])) % 6 - 3) - 1, 0, 1)
    red, green, blue = (255 * v * (1 - s + s * parts)).astype(int).tolist()
    return red, green, blue


def shade(base: Sequence[int], factor: float) -> Colour:
    red, green, blue = (max(0, min(255, int(part * factor))) for part in base)
    return red, green, blue


def gradient(top: Sequence[int], bottom: Sequence[int], slant: float = 0.0) -> Image.Image:
    """From one colour at the top to another at the bottom; `slant`: how much of it goes from left to right instead."""
    y, x = np.mgrid[0:9, 0:16]
    share = ((1 - slant) * y / 8 + slant * x / 15)[..., None]
    small = np.asarray(top) * (1 - share) + np.asarray(bottom) * share
    return Image.fromarray(small.astype(np.uint8)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)


def cloud(rng: np.random.Generator, low: Sequence[int], high: Sequence[int], cells: int = 8) -> Image.Image:
    """Soft blotches between two colours: what is out of focus."""
    share = rng.random((cells, cells * 2, 1))
    small = np.asarray(low) * (1 - share) + np.asarray(high) * share
    return Image.fromarray(small.astype(np.uint8)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    found = ImageFont.load_default(size)
    assert isinstance(found, ImageFont.FreeTypeFont)  # as Pillow's wheels bring FreeType
    return found


def write(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, fill: Colour, edge: Colour | None = None
) -> None:
    """Text whose left end is at `at`, centred upright; bold where it has an edge."""
    draw.text(at, text, fill, font(size), anchor="lm", stroke_width=0 if edge is None else 2, stroke_fill=edge)


def middle(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, fill: Colour, edge: Colour | None = None
) -> None:
    draw.text(at, text, fill, font(size), anchor="mm", stroke_width=0 if edge is None else 2, stroke_fill=edge)


def name(rng: np.random.Generator, syllables: int = 3) -> str:
    return "".join(rng.choice(_SYLLABLES.split("|"), syllables)).capitalize()


def sentence(rng: np.random.Generator, words: int) -> str:
    return " ".join(name(rng, int(rng.integers(1, 4))).lower() for _ in range(words)).capitalize()


def slogan(rng: np.random.Generator) -> str:
    return " ".join(str(rng.choice(part.split("|"))) for part in _SAYINGS)
