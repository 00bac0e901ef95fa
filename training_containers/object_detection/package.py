"""What a detector's package holds and shows: an ONNX network, its answers to pictures, and their quality."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from inference.contracts import Baseline, Evaluation, GoldenRequest, Split
from inference.contracts.tasks.object_detection import FLOOR
from inference.image_classification.input import ImageInput
from inference.object_detection.answer import THRESHOLD
from inference.object_detection.predictor import ObjectDetector
from inference.predictor import Predictor
from training_containers.contract import DataFault
from training_containers.image_classification.edge.package import add_edge_model
from training_containers.image_classification.golden import CONTENT_TYPE
from training_containers.object_detection.answers import Answered, answers_to, golden_requests
from training_containers.object_detection.config import ObjectDetectionHyperparameters
from training_containers.object_detection.data import Dataset
from training_containers.object_detection.edge.detector import EdgeDetection
from training_containers.object_detection.evaluation import evaluation_of
from training_containers.object_detection.export import export_onnx
from training_containers.object_detection.network import Detector
from training_containers.object_detection.threshold import choose_threshold
from training_containers.packaging import Champion, PackageDraft, Packager, feature_columns, make_baseline

TASK = "object_detection"
LIBRARIES = ("numpy", "onnx", "onnxruntime", "pillow", "torch")
LATENCY_PICTURES = 50


@dataclass(frozen=True, kw_only=True)
class DetectorPackager(Packager[ObjectDetector, list[Answered]]):
    """`skipped`: what could not be read of the training and validation splits."""

    dataset: Dataset
    detector: Detector
    contract: ImageInput
    skipped: Sequence[str]
    settings: ObjectDetectionHyperparameters
    kind = ObjectDetector

    def export(self, directory: Path) -> PackageDraft:
        """With the threshold that the validation split gives, through the serving code."""
        export_onnx(self.detector, self.contract.size, directory / "model.onnx")
        draft = PackageDraft(
            domain=self.dataset.summary.domain,
            task=TASK,
            classes=self.dataset.summary.classes,
            input=self.contract.model_dump(),
            dataset_version=self.dataset.summary.version,
            libraries=LIBRARIES,
            thresholds={THRESHOLD: FLOOR},
        )
        validation = self.answers(draft.open(directory), Split.VALIDATION)
        if not validation:
            raise DataFault("no picture of the validation split can be read.")
        bound = self.settings.false_positives_per_empty
        return replace(draft, thresholds={THRESHOLD: choose_threshold(validation, draft.classes, bound)})

    def answers(self, predictor: Predictor, split: Split) -> list[Answered]:
        return list(answers_to(predictor, self.dataset, split))

    def evaluate(
        self, predictor: Predictor, test: list[Answered], champion: Champion[ObjectDetector] | None
    ) -> Evaluation:
        if not test:
            raise DataFault(f"none of the {len(self.dataset.of(Split.TEST))} pictures of the test split can be read.")
        return evaluation_of(self.dataset, test, self.answers(predictor, Split.REVIEWED), champion, self.skipped)

    def completed(self, evaluation: Evaluation, test: list[Answered], directory: Path) -> Evaluation:
        if self.settings.edge_export == "none":
            return evaluation
        bound = self.settings.false_positives_per_empty
        task = EdgeDetection(dataset=self.dataset, contract=self.contract, most_per_empty=bound)
        request, slow_ms = task.request(self.settings.architecture), self.settings.edge_slow_ms
        return add_edge_model(directory, task, self.detector, request, slow_ms, evaluation, test)

    def timed(self, predictor: Predictor, test: list[Answered]) -> list[tuple[bytes, str]]:
        return [((self.dataset.images / one.item.path).read_bytes(), CONTENT_TYPE) for one in test[:LATENCY_PICTURES]]

    def baseline(self, predictor: Predictor, validation: list[Answered], test: list[Answered]) -> Baseline:
        held_out = [one.answer for one in validation + test]
        return make_baseline(
            labels=[answer.label for answer in held_out],
            scores={name: [answer.scores[name] for answer in held_out] for name in self.dataset.summary.classes},
            features=feature_columns([answer.features for answer in held_out]),
        )

    def golden(self, predictor: Predictor, test: list[Answered]) -> list[GoldenRequest]:
        return golden_requests(predictor, self.dataset, test, self.contract)
