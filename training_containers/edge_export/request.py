"""The files of one folder by which the training program asks for an export and gets it.

    request.json      `EdgeRequest`
    weights.pt        the network's state dict, read with `weights_only`
    calibration.npy   pictures, uint8 (pictures, size, size, 3)

    float32.tflite, int8.tflite     the answer: each from pixels 0 to 255, float32 (1, size, size, 3), to scores,
                                    float32 (1, classes)

Both environments import this module, so it needs nothing but Python.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

REQUEST, WEIGHTS, CALIBRATION = "request.json", "weights.pt", "calibration.npy"
FORMATS = ("float32", "int8")


@dataclass(frozen=True, kw_only=True)
class EdgeRequest:
    """Which network to build for the weights: an architecture's name in `image_classification.architectures`."""

    architecture: str
    classes: int
    width_multiplier: float
    image_size: int

    def write(self, folder: Path) -> None:
        (folder / REQUEST).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "EdgeRequest":
        return cls(**json.loads((folder / REQUEST).read_text(encoding="utf-8")))


def tflite_file(folder: Path, model_format: str) -> Path:
    return folder / f"{model_format}.tflite"
