"""Serves image classification: the bytes of one picture in, a class and every class's probability out."""

from pathlib import Path
from typing import Any

import onnxruntime as ort

from inference.contracts import PackageManifest
from inference.contracts.tasks.image_classification import ClassPrediction
from inference.errors import PackageError
from inference.image_classification.features import embedding_features, picture_features
from inference.image_classification.input import ImageInput, decode, to_input
from inference.onnx_session import open_model
from inference.package import input_of

EMBEDDING = "embedding"
MOST_COMPONENTS = 16
"""Every capture holds all of them, so their number is limited."""


class ImageClassifier:
    """A loaded network. `graph` maps uint8 pictures (batch, size, size, 3) to probabilities (batch, classes).

    It may have a further output `embedding` (batch, components), of a backbone that training does not change.
    """

    def __init__(self, graph: ort.InferenceSession, classes: tuple[str, ...], contract: ImageInput) -> None:
        self._graph = graph
        self._input_name = graph.get_inputs()[0].name
        self._outputs = [graph.get_outputs()[0].name, *([EMBEDDING] if _embedding_of(graph) is not None else [])]
        self._classes = classes
        self._contract = contract

    def predict(self, body: bytes, content_type: str) -> dict[str, Any]:
        """Answer with a `ClassPrediction` as JSON; the bytes decide the picture's format, not the content type.

        Raises:
            BadRequest: the picture cannot be decoded.
        """
        picture = decode(body, self._contract.size)
        pixels = to_input(picture, self._contract)
        probabilities, *embedding = self._graph.run(self._outputs, {self._input_name: pixels[None]})
        scores = dict(zip(self._classes, probabilities[0].tolist(), strict=True))
        label = max(scores, key=lambda name: scores[name])
        features = {"bytes": float(len(body)), **picture_features(picture)}
        if embedding:
            features |= embedding_features(embedding[0][0])
        confidence = min(scores[label], 1.0)
        return ClassPrediction(label=label, confidence=confidence, scores=scores, features=features).model_dump()


def load(directory: Path, manifest: PackageManifest) -> ImageClassifier:
    """Open the package's graph.

    Raises:
        PackageError: the input contract or the graph does not fit this code.
    """
    contract = input_of(manifest, ImageInput)
    graph = open_model(directory)
    answers = graph.get_outputs()[0].shape[-1]
    if answers != len(manifest.classes):
        raise PackageError(
            f"model.onnx answers {answers} scores and manifest.json names {len(manifest.classes)} classes."
        )
    embedding = _embedding_of(graph)
    if embedding is not None and not (isinstance(embedding[-1], int) and 1 <= embedding[-1] <= MOST_COMPONENTS):
        raise PackageError(
            f"model.onnx has an embedding of shape {embedding}; 1 to {MOST_COMPONENTS} numbers are taken."
        )
    return ImageClassifier(graph, manifest.classes, contract)


def _embedding_of(graph: ort.InferenceSession) -> list[int | str] | None:
    """The shape of the embedding; None: the graph has none."""
    return next((output.shape for output in graph.get_outputs() if output.name == EMBEDDING), None)
