"""A detector's edge model: boxes with scores, judged by their average precision."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inference.contracts import GoldenRequest, Interval, Split
from inference.contracts.boxes_item import BoxedItem
from inference.contracts.tasks.object_detection import FLOOR, Detections
from inference.predictor import Predictor
from training_containers.edge_export.request import EdgeRequest
from training_containers.image_classification.edge.task import EdgeTask
from training_containers.image_classification.edge.tflite import TfliteNetwork
from training_containers.object_detection.answers import Answered, answers_to, golden_requests
from training_containers.object_detection.edge.tflite import TfliteDetector
from training_containers.object_detection.quality import Quality
from training_containers.object_detection.threshold import choose_threshold

SERVED = "training_containers.object_detection.edge.served"


@dataclass(frozen=True, kw_only=True)
class EdgeDetection(EdgeTask[BoxedItem, Detections]):
    """`most_per_empty`: boxes told per empty validation picture, at most, on average: bounds the threshold."""

    most_per_empty: float

    name = "object_detection"
    judged_on = "ap"
    margin = 0.05
    """As much as two equally good trainings may differ by chance."""
    unchanged = ("ap",)

    @property
    def classes(self) -> tuple[str, ...]:
        return self.dataset.summary.classes

    def request(self, architecture: str) -> EdgeRequest:
        return EdgeRequest(
            served=SERVED, architecture=architecture, classes=len(self.classes), image_size=self.contract.size
        )

    def open(self, file: Path) -> TfliteDetector:
        """With the threshold that the validation split gives through the file itself."""
        network = TfliteNetwork(file)
        every = TfliteDetector(network, self.classes, self.contract, FLOOR)
        validation = list(answers_to(every, self.dataset, Split.VALIDATION))
        threshold = choose_threshold(validation, self.classes, self.most_per_empty)
        return TfliteDetector(network, self.classes, self.contract, threshold)

    def answers(self, predictor: Predictor) -> list[Answered]:
        return list(answers_to(predictor, self.dataset, Split.TEST))

    def metrics(self, test: Sequence[Answered]) -> dict[str, float]:
        return Quality(test, self.classes).metrics

    def intervals(self, test: Sequence[Answered]) -> dict[str, Interval]:
        return Quality(test, self.classes).intervals()

    def difference(self, small: Sequence[Answered], plain: Sequence[Answered]) -> Interval:
        return Quality(small, self.classes).difference(self.judged_on, Quality(plain, self.classes))

    def golden(self, predictor: Predictor, test: Sequence[Answered]) -> list[GoldenRequest]:
        return golden_requests(predictor, self.dataset, test, self.contract)
