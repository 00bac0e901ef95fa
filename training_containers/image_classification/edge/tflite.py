"""TensorFlow Lite files that answer pictures as a device does: one picture at a time, on one thread."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from inference.contracts.tasks.image_classification import ClassPrediction
from inference.image_classification.input import ImageInput, decode, to_input


class TfliteNetwork:
    """Maps pixels, uint8 (size, size, 3), to what the file answers about them, in the order of its outputs' names."""

    def __init__(self, model: Path) -> None:
        self._answers = Interpreter(model_path=str(model), num_threads=1).get_signature_runner()
        (self._input,) = self._answers.get_input_details()

    def __call__(self, pixels: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        found = self._answers(**{self._input: pixels[None].astype(np.float32)})
        return [found[name][0] for name in sorted(found)]


class TfliteClassifier:
    """A predictor. The file answers a score for each class."""

    thresholds: Mapping[str, float] = {}

    def __init__(self, model: Path, classes: tuple[str, ...], contract: ImageInput) -> None:
        self._network = TfliteNetwork(model)
        self._classes = classes
        self._contract = contract

    def predict(self, body: bytes, content_type: str) -> dict[str, Any]:
        """Answer with a `ClassPrediction` as JSON, decoded and scaled as the server does it; without features.

        Raises:
            BadRequest: the picture cannot be decoded.
        """
        (values,) = self._network(to_input(decode(body, self._contract.size), self._contract))
        scores = dict(zip(self._classes, values.tolist(), strict=True))
        label = max(scores, key=lambda name: scores[name])
        return ClassPrediction(label=label, confidence=min(scores[label], 1.0), scores=scores).model_dump()
