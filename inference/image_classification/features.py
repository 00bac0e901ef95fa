"""Features of a picture for drift monitoring; but for the embedding they do not depend on the network."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIZE = 128
"""Width and height that pictures are measured at, the same for every network, so that features compare."""
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
DIGITS = 6


def picture_features(picture: Image.Image) -> dict[str, float]:
    """Of an upright RGB picture: mean brightness, saturation and warmth (red less blue), from 0 to 1 each (warmth from
    -1), and sharpness: the variance of the brightness' Laplacian.
    """
    small = picture.resize((SIZE, SIZE), Image.Resampling.BILINEAR, reducing_gap=3.0)
    pixels = np.asarray(small, dtype=np.float32) / 255
    luma = pixels @ _LUMA
    highest = pixels.max(axis=2)
    laplacian = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:] - 4 * luma[1:-1, 1:-1]
    measured = {
        "brightness": luma.mean(),
        "sharpness": laplacian.var(),
        "saturation": ((highest - pixels.min(axis=2)) / np.maximum(highest, 1 / 255)).mean(),
        "warmth": (pixels[..., 0] - pixels[..., 2]).mean(),
    }
    return {name: round(float(value), DIGITS) for name, value in measured.items()}


def embedding_features(embedding: NDArray[np.float32]) -> dict[str, float]:
    """The network's own view of the picture, (components,): `embedding_0` and so on."""
    return {f"embedding_{number}": round(float(value), DIGITS) for number, value in enumerate(embedding)}
