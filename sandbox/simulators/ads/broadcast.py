"""What happens to a picture between the camera and a receiver: grading, light, blur and noise."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter


@dataclass(frozen=True, kw_only=True)
class Grade:
    """Of a scene."""

    light: float
    contrast: float
    tint: tuple[float, float, float]
    colourful: float
    blur: float
    noise: float
    letterbox: int  # rows of a frame, above and below


def draw_grade(rng: np.random.Generator) -> Grade:
    red, green, blue = rng.normal(1, 0.04, 3).tolist()
    return Grade(
        light=rng.uniform(0.78, 1.15),
        contrast=rng.uniform(0.8, 1.15),
        tint=(red, green, blue),
        colourful=rng.uniform(0.55, 1.15),
        blur=rng.uniform(0, 0.7),
        noise=rng.uniform(1, 6),
        letterbox=int(rng.integers(8, 16)) if rng.random() < 0.1 else 0,
    )


def received(canvas: Image.Image, grade: Grade, rng: np.random.Generator) -> Image.Image:
    """The frame, half as large as the canvas."""
    image = canvas.reduce(2)
    if grade.blur > 0.3:
        image = image.filter(ImageFilter.GaussianBlur(grade.blur))
    pixels = np.asarray(image, np.float32)
    grey = pixels.mean(axis=2, keepdims=True)
    pixels = (grey + (pixels - grey) * grade.colourful) * np.asarray(grade.tint, np.float32)
    pixels = (pixels - 118) * grade.contrast + 118 * grade.light
    pixels += rng.standard_normal(pixels.shape[:2], np.float32)[..., None] * grade.noise
    if grade.letterbox:
        pixels[: grade.letterbox] = pixels[-grade.letterbox :] = 4
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
