"""Serves object detection: the bytes of one picture in, boxes with their classes and scores out."""

from pathlib import Path
from typing import Any

import onnxruntime as ort

from inference.contracts import PackageManifest
from inference.errors import PackageError
from inference.image_classification.features import picture_features
from inference.image_classification.input import ImageInput, decode_sized, to_input
from inference.object_detection.answer import THRESHOLD, Found, detections
from inference.onnx_session import open_model
from inference.package import input_of

OUTPUTS = ["boxes", "scores", "labels"]


class ObjectDetector:
    """A loaded network. `graph` maps one uint8 picture (1, size, size, 3) to the three arrays of `Found`."""

    def __init__(
        self, graph: ort.InferenceSession, classes: tuple[str, ...], threshold: float, contract: ImageInput
    ) -> None:
        self._graph = graph
        self._input_name = graph.get_inputs()[0].name
        self._classes = classes
        self._threshold = threshold
        self._contract = contract

    def predict(self, body: bytes, content_type: str) -> dict[str, Any]:
        """Answer with `Detections` as JSON; the bytes decide the picture's format, not the content type.

        Raises:
            BadRequest: the picture cannot be decoded.
        """
        decoded = decode_sized(body, self._contract.size)
        pixels = to_input(decoded.picture, self._contract)
        found = Found(*self._graph.run(OUTPUTS, {self._input_name: pixels[None]}))
        features = {"bytes": float(len(body)), **picture_features(decoded.picture)}
        return detections(found, decoded, self._classes, self._threshold, features).model_dump()


def load(directory: Path, manifest: PackageManifest) -> ObjectDetector:
    """Open the package's graph.

    Raises:
        PackageError: the input contract, the threshold or the graph does not fit this code.
    """
    contract = input_of(manifest, ImageInput)
    graph = open_model(directory)
    outputs = sorted(output.name for output in graph.get_outputs())
    if outputs != sorted(OUTPUTS):
        raise PackageError(f"model.onnx answers {', '.join(outputs)}; {', '.join(OUTPUTS)} are expected.")
    if set(manifest.thresholds) != {THRESHOLD}:
        raise PackageError(f"manifest.json has the thresholds {manifest.thresholds}; one is expected, '{THRESHOLD}'.")
    return ObjectDetector(graph, manifest.classes, manifest.thresholds[THRESHOLD], contract)
