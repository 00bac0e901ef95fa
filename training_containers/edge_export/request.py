"""The files of one folder by which the training program asks for an export and gets it.

    request.json      `EdgeRequest`
    weights.pt        the network's state dict, read with `weights_only`
    calibration.npy   pictures, uint8 (pictures, size, size, 3)

    float32.tflite, int8.tflite     the answer: each from pixels 0 to 255, float32 (1, size, size, 3), to what the
                                    request's `served` says, float32

Both environments import this module, so it needs nothing but Python.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

REQUEST, WEIGHTS, CALIBRATION = "request.json", "weights.pt", "calibration.npy"
FORMATS = ("float32", "int8")


@dataclass(frozen=True, kw_only=True)
class EdgeRequest:
    """Which network to build for the weights.

    `served` is the full name of a module of the container that asks, of PyTorch: the export's environment imports it,
    and has not all that the container has. The module has:

        network(request)            the network that the weights are of
        served(network, request)    what the files do: a module from pixels, float32 (1, 3, size, size), to answers
        QUANTISED                   what of it int8 quantises: a regular expression of scopes, which are the classes and
                                    names of the modules that an operator is in
    """

    served: str
    architecture: str
    classes: int
    image_size: int
    width_multiplier: float = 1.0

    def write(self, folder: Path) -> None:
        (folder / REQUEST).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "EdgeRequest":
        return cls(**json.loads((folder / REQUEST).read_text(encoding="utf-8")))


def tflite_file(folder: Path, model_format: str) -> Path:
    return folder / f"{model_format}.tflite"
