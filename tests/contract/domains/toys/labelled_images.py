"""Pictures whose colour tells their class; blocks of light and dark make each unlike the others."""

import colorsys
import io

import numpy as np
from PIL import Image

from lambdas.data_prep.labelled_images.spec import LabelledImages
from tests.contract.domains.toys.base import ToyData

PER_CLASS = 14
BLOCKS, SIDE = 6, 72


def make(spec: LabelledImages) -> ToyData:
    rng = np.random.default_rng(0)
    objects, labels = {}, []
    for number, name in enumerate(spec.classes):
        colour = 255 * np.array(colorsys.hsv_to_rgb(number / len(spec.classes), 0.9, 0.9))
        for count in range(PER_CLASS):
            key = f"{spec.prefix}{name.lower()}-{count}.jpg"
            objects[key] = _picture(colour, rng)
            labels.append({spec.name_column: key, spec.label_column: name})
    return ToyData(objects, tuple(labels))


def _picture(colour: np.ndarray, rng: np.random.Generator) -> bytes:
    light = rng.uniform(0.3, 1.0, (BLOCKS, BLOCKS)).repeat(SIDE // BLOCKS, axis=0).repeat(SIDE // BLOCKS, axis=1)
    stream = io.BytesIO()
    Image.fromarray((light[..., None] * colour).astype(np.uint8)).save(stream, "JPEG", quality=95)
    return stream.getvalue()
