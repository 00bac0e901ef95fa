"""A classifier's edge model: a score for each class, judged by how many pictures are right."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inference.contracts import GoldenRequest, Interval, Item, Split
from inference.contracts.tasks.image_classification import ClassPrediction
from inference.predictor import Predictor
from training_containers.edge_export.request import EdgeRequest
from training_containers.image_classification.answers import Answered, answers_to, golden_requests
from training_containers.image_classification.config import ImageClassificationHyperparameters
from training_containers.image_classification.edge.task import EdgeTask
from training_containers.image_classification.edge.tflite import TfliteClassifier
from training_containers.image_classification.quality import quality
from training_containers.packaging import classification_differences

SERVED = "training_containers.image_classification.edge.served"


@dataclass(frozen=True, kw_only=True)
class EdgeClassification(EdgeTask[Item, ClassPrediction]):
    name = "image_classification"
    judged_on = "accuracy"
    margin = 0.02

    @property
    def classes(self) -> tuple[str, ...]:
        return self.dataset.summary.classes

    def request(self, settings: ImageClassificationHyperparameters) -> EdgeRequest:
        return EdgeRequest(
            served=SERVED,
            architecture=settings.architecture,
            classes=len(self.classes),
            width_multiplier=settings.width_multiplier,
            image_size=self.contract.size,
        )

    def open(self, file: Path) -> TfliteClassifier:
        return TfliteClassifier(file, self.classes, self.contract)

    def answers(self, predictor: Predictor) -> list[Answered]:
        return list(answers_to(predictor, self.dataset, Split.TEST))

    def metrics(self, test: Sequence[Answered]) -> dict[str, float]:
        return quality(test, self.classes)[0]

    def intervals(self, test: Sequence[Answered]) -> dict[str, Interval]:
        return quality(test, self.classes)[1]

    def difference(self, small: Sequence[Answered], plain: Sequence[Answered]) -> Interval:
        truth, groups = [one.item.label for one in plain], [one.item.group for one in plain]
        ours, theirs = ([one.answer.label for one in answers] for answers in (small, plain))
        return classification_differences(truth, ours, theirs, groups, self.classes)[self.judged_on]

    def golden(self, predictor: Predictor, test: Sequence[Answered]) -> list[GoldenRequest]:
        return golden_requests(predictor, self.dataset, test, self.contract)
