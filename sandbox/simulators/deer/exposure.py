"""Light, and what a camera makes of it."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from PIL import Image, ImageFilter

from sandbox.simulators.deer.texture import Rgb, noise

Light = Literal["day", "dusk", "night"]
LIGHTS: tuple[Light, ...] = ("day", "dusk", "night")
_GREY = np.array([0.34, 0.5, 0.16], np.float32)


def expose(scene: Rgb, light: Light, eyes: Sequence[tuple[int, int]], rng: np.random.Generator) -> Image.Image:
    """`eyes`: columns and rows. By day sun and shade; at dusk blue and dim; at night grey, lit by the camera's lamp."""
    height, width, _ = scene.shape
    dapple = noise(rng, height, width, 40)[..., None]
    if light == "day":
        seen = scene * (rng.uniform(0.8, 1.2) + rng.uniform(0, 0.16) * dapple) * rng.normal(1, 0.03, 3)
    elif light == "dusk":
        seen = scene * rng.uniform(0.5, 0.8) * np.array([0.9, 0.96, 1.1]) * (1 + 0.05 * dapple)
        seen += rng.uniform(0, 22)
    else:
        seen = np.repeat((scene @ _GREY)[..., None], 3, axis=2)
        y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
        lamp = np.exp(-((x / 0.85) ** 2) - ((y - 0.25) / 0.85) ** 2)[..., None]
        seen = 128 + (seen - 128) * rng.uniform(0.6, 0.9)
        seen *= (0.3 + rng.uniform(0.65, 0.95) * lamp) * np.array([1.0, 0.99, 1.02])
        for column, row in eyes if rng.random() < 0.5 else ():
            seen[max(row - 1, 0) : row + 1, max(column - 1, 0) : column + 1] = 245
    grain = {"day": (2, 5), "dusk": (4, 9), "night": (5, 11)}[light]
    speckle = noise(rng, height, width)[..., None] + (
        0 if light == "night" else 0.5 * noise(rng, height, width)[..., None]
    )
    blurred = Image.fromarray(seen.clip(0, 255).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(rng.uniform(0.2, 0.9))
    )
    return Image.fromarray(
        (np.asarray(blurred, np.float32) + rng.uniform(*grain) * speckle).clip(0, 255).astype(np.uint8)
    )
