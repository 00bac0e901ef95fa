"""A detector's TensorFlow Lite file that answers pictures as a device does: overlapping boxes are left out in numpy."""

from typing import Any

from inference.image_classification.input import ImageInput, decode_sized, to_input
from inference.object_detection.answer import THRESHOLD, detections
from inference.object_detection.suppression import suppress
from training_containers.image_classification.edge.tflite import TfliteNetwork


class TfliteDetector:
    """A predictor. The file answers boxes (n, 4) and their scores (n, classes)."""

    def __init__(
        self, network: TfliteNetwork, classes: tuple[str, ...], contract: ImageInput, threshold: float
    ) -> None:
        self.thresholds = {THRESHOLD: threshold}
        self._network = network
        self._classes = classes
        self._contract = contract

    def predict(self, body: bytes, content_type: str) -> dict[str, Any]:
        """Answer with `Detections` as JSON, decoded and scaled as the server does it; without features.

        Raises:
            BadRequest: the picture cannot be decoded.
        """
        decoded = decode_sized(body, self._contract.size)
        boxes, scores = self._network(to_input(decoded.picture, self._contract))
        return detections(suppress(boxes, scores), decoded, self._classes, self.thresholds[THRESHOLD]).model_dump()
