"""What an image classifier's package holds and shows: an ONNX network, its answers to pictures, and their quality."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inference.contracts import Baseline, Evaluation, GoldenRequest, Split
from inference.image_classification.input import ImageInput
from inference.image_classification.predictor import ImageClassifier
from inference.predictor import Predictor
from training_containers.contract import DataFault
from training_containers.image_classification.answers import Answered, answers_to, golden_requests
from training_containers.image_classification.comparison import OF_REVIEWS, compare, shown
from training_containers.image_classification.config import ImageClassificationHyperparameters
from training_containers.image_classification.data import Dataset
from training_containers.image_classification.edge.classifier import EdgeClassification
from training_containers.image_classification.edge.package import add_edge_model
from training_containers.image_classification.export import export_onnx
from training_containers.image_classification.golden import CONTENT_TYPE
from training_containers.image_classification.network import PictureNetwork
from training_containers.image_classification.quality import quality
from training_containers.packaging import (
    Champion,
    PackageDraft,
    Packager,
    classification_metrics,
    embedding_projection,
    feature_columns,
    make_baseline,
    most_frequent_dummy,
    of_reviews,
)

TASK = "image_classification"
LIBRARIES = ("numpy", "onnx", "onnxruntime", "pillow", "torch")
LATENCY_PICTURES = 50


@dataclass(frozen=True, kw_only=True)
class ImagePackager(Packager[ImageClassifier, list[Answered]]):
    """`skipped`: what could not be read of the training and validation splits.

    `features_as_shipped`: the last layer reads what the image's own weights make of a picture, which is the same in
    every such package: answers then carry an embedding of it.
    """

    dataset: Dataset
    network: PictureNetwork
    contract: ImageInput
    skipped: Sequence[str]
    features_as_shipped: bool
    settings: ImageClassificationHyperparameters
    kind = ImageClassifier

    def export(self, directory: Path) -> PackageDraft:
        projection = embedding_projection(self.network.channels) if self.features_as_shipped else None
        export_onnx(self.network, self.contract.size, directory / "model.onnx", projection)
        return PackageDraft(
            domain=self.dataset.summary.domain,
            task=TASK,
            classes=self.dataset.summary.classes,
            input=self.contract.model_dump(),
            dataset_version=self.dataset.summary.version,
            libraries=LIBRARIES,
        )

    def answers(self, predictor: Predictor, split: Split) -> list[Answered]:
        return list(answers_to(predictor, self.dataset, split))

    def evaluate(
        self, predictor: Predictor, test: list[Answered], champion: Champion[ImageClassifier] | None
    ) -> Evaluation:
        dataset, classes = self.dataset, self.dataset.summary.classes
        if not test:
            raise DataFault(f"none of the {len(dataset.of(Split.TEST))} pictures of the test split can be read.")
        truth, answers = [one.item.label for one in test], [one.answer.label for one in test]
        measured = classification_metrics(truth, answers, classes)
        metrics, intervals = quality(test, classes)
        reviewed = self.answers(predictor, Split.REVIEWED)
        if reviewed:
            newest, sure = quality(reviewed, shown(reviewed, dataset))
            metrics |= of_reviews(newest, OF_REVIEWS)
            intervals |= of_reviews(sure, OF_REVIEWS)
        read = {one.item.path for one in (*test, *reviewed)}
        unread = {item.path for item in (*dataset.of(Split.TEST), *dataset.of(Split.REVIEWED))} - read
        return Evaluation(
            task=TASK,
            dataset_version=dataset.summary.version,
            test_items=len(test),
            metrics=metrics,
            intervals=intervals,
            per_class=measured.per_class,
            confusion=measured.confusion,
            dummy=most_frequent_dummy([item.label for item in dataset.of(Split.TRAIN)], truth, classes),
            champion=None if champion is None else compare(champion, dataset, test, reviewed),
            skipped=(*(entry.split(": ")[0] for entry in self.skipped), *sorted(unread)),
        )

    def completed(self, evaluation: Evaluation, test: list[Answered], directory: Path) -> Evaluation:
        if self.settings.edge_export == "none":
            return evaluation
        task = EdgeClassification(dataset=self.dataset, contract=self.contract)
        request, slow_ms = task.request(self.settings), self.settings.edge_slow_ms
        return add_edge_model(directory, task, self.network, request, slow_ms, evaluation, test)

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
