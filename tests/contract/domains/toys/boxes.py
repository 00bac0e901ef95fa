"""Pictures of a few cameras: a bright square in the colour of its class on dark blocks, or nothing but the blocks."""

import colorsys
import io
import json

import numpy as np
from PIL import Image

from lambdas.data_prep.boxes.spec import Boxes
from tests.contract.domains.toys.base import ToyData

CAMERAS, EVENTS, PICTURES = 4, 9, 3
"""Pictures of each event: the first of nothing, the others of something."""
BLOCKS, SIDE = 8, 96
LEAST, MOST = 24, 48
"""Pixels of a square's side."""


def make(spec: Boxes) -> ToyData:
    rng = np.random.default_rng(0)
    objects, labels = {}, []
    for number in range(CAMERAS * EVENTS * PICTURES):
        event, picture = divmod(number, PICTURES)
        camera = f"camera-{event % CAMERAS}"
        path = f"{camera}/event-{event}/{number:04}.jpg"
        pixels = 90 * rng.uniform(0.2, 1, (BLOCKS, BLOCKS)).repeat(SIDE // BLOCKS, 0).repeat(SIDE // BLOCKS, 1)
        pixels = pixels[..., None].repeat(3, axis=2)
        boxes = [] if picture == 0 else [_square(pixels, event % len(spec.classes), spec, rng)]
        objects[f"{spec.prefix}{path}"] = _jpeg(pixels)
        row = {
            spec.name_column: path,
            spec.boxes_column: json.dumps(boxes),
            spec.camera_column: camera,
            spec.event_column: f"event-{event}",
            spec.source_column: "",
        }
        labels.append(row)
    return ToyData(objects, tuple(labels))


def _square(pixels: np.ndarray, number: int, spec: Boxes, rng: np.random.Generator) -> dict[str, object]:
    """Painted into the picture; its row of the table."""
    side = int(rng.integers(LEAST, MOST))
    x, y = (int(rng.integers(SIDE - side)) for _ in range(2))
    pixels[y : y + side, x : x + side] = 255 * np.array(colorsys.hsv_to_rgb(number / len(spec.classes), 0.6, 1))
    return {"label": spec.classes[number], "x": x, "y": y, "width": side, "height": side}


def _jpeg(pixels: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(stream, "JPEG", quality=95)
    return stream.getvalue()
