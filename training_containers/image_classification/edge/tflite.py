"""A TensorFlow Lite file that answers pictures as a device does: one picture at a time, on one thread."""

from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from inference.contracts.tasks.image_classification import ClassPrediction
from inference.image_classification.input import ImageInput, decode, to_input


class TfliteClassifier:
    """A predictor. The file maps pixels, float32 (1, size, size, 3), to scores, float32 (1, classes)."""

    def __init__(self, model: Path, classes: tuple[str, ...], contract: ImageInput) -> None:
        self._interpreter = Interpreter(model_path=str(model), num_threads=1)
        self._interpreter.allocate_tensors()
        (inputs,), (outputs,) = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        self._input, self._output = inputs["index"], outputs["index"]
        self._classes = classes
        self._contract = contract

    def predict(self, body: bytes, content_type: str) -> dict[str, Any]:
        """Answer with a `ClassPrediction` as JSON, decoded and scaled as the server does it; without features.

        Raises:
            BadRequest: the picture cannot be decoded.
        """
        pixels = to_input(decode(body, self._contract.size), self._contract)
        self._interpreter.set_tensor(self._input, pixels[None].astype(np.float32))
        self._interpreter.invoke()
        values = self._interpreter.get_tensor(self._output)[0].tolist()
        scores = dict(zip(self._classes, values, strict=True))
        label = max(scores, key=lambda name: scores[name])
        return ClassPrediction(label=label, confidence=min(scores[label], 1.0), scores=scores).model_dump()
