"""Serves object detection: the bytes of one picture in, boxes with their classes and scores out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from inference.contracts import PackageManifest
from inference.contracts.boxes import MOST_BOXES, FoundBox
from inference.contracts.tasks.object_detection import FLOOR, Detections
from inference.errors import PackageError
from inference.image_classification.features import picture_features
from inference.image_classification.input import ImageInput, decode_sized, to_input
from inference.onnx_session import open_model
from inference.package import input_of

OUTPUTS = ["boxes", "scores", "labels"]
THRESHOLD = "box"
"""Name of the one threshold in a manifest: boxes that score less are kept from callers."""
DIGITS = 2
"""Of a pixel."""


class ObjectDetector:
    """A loaded network. `graph` maps one uint8 picture (1, size, size, 3) to boxes (n, 4), scores (n,) and labels (n,).

    A box is left, top, right, bottom in parts of the picture; a label is an index into the classes. Boxes that overlap
    a better one of their class are already left out.
    """

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
        picture, width, height = decode_sized(body, self._contract.size)
        pixels = to_input(picture, self._contract)
        boxes, scores, labels = self._graph.run(OUTPUTS, {self._input_name: pixels[None]})
        return Detections(
            width=width,
            height=height,
            classes=self._classes,
            threshold=self._threshold,
            boxes=tuple(self._boxes(boxes, scores, labels, (width, height))),
            features={"bytes": float(len(body)), **picture_features(picture)},
        ).model_dump()

    def _boxes(
        self,
        boxes: NDArray[np.float32],
        scores: NDArray[np.float32],
        labels: NDArray[np.int64],
        size: tuple[int, int],
    ) -> Iterator[FoundBox]:
        """Best first and within the picture; what is left of none of it is left out."""
        corners = (boxes.clip(0, 1) * (*size, *size)).round(DIGITS)
        for row in np.argsort(-scores, kind="stable")[:MOST_BOXES]:
            left, top, right, bottom = corners[row].tolist()
            if scores[row] >= FLOOR and right > left and bottom > top:
                yield FoundBox(
                    label=self._classes[labels[row]],
                    score=min(float(scores[row]), 1.0),
                    x=left,
                    y=top,
                    width=round(right - left, DIGITS),
                    height=round(bottom - top, DIGITS),
                )


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
