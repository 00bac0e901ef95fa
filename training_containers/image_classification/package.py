"""Evaluates the trained network through the serving code, and writes the model package."""

from collections.abc import Sequence
from pathlib import Path

from inference.contracts import Evaluation, PackageManifest, Split
from inference.image_classification.input import ImageInput
from inference.image_classification.predictor import ImageClassifier
from inference.predictor import Predictor
from training_containers.contract import DataFault, OptMl
from training_containers.image_classification.answers import CONTENT_TYPE, Answered, answers_to, golden_requests
from training_containers.image_classification.comparison import compare
from training_containers.image_classification.data import Dataset
from training_containers.image_classification.export import export_onnx
from training_containers.image_classification.network import PictureNetwork
from training_containers.packaging import (
    Champion,
    PackageDraft,
    classification_intervals,
    classification_metrics,
    embedding_projection,
    emptied,
    feature_columns,
    make_baseline,
    measure_latency,
    most_frequent_baseline,
    size_mb,
    write_package,
)

TASK = "image_classification"
LIBRARIES = ("numpy", "onnx", "onnxruntime", "pillow", "torch")
LATENCY_PICTURES = 50


def package(
    opt_ml: OptMl,
    dataset: Dataset,
    network: PictureNetwork,
    contract: ImageInput,
    champion: Champion[ImageClassifier] | None,
    skipped: Sequence[str],
    features_as_shipped: bool = False,
) -> PackageManifest:
    """Leave a verified package in the model folder.

    Args:
        features_as_shipped: the last layer reads what the image's own weights make of a picture, which is the same in
            every such package: answers then carry an embedding of it.
        skipped: what could not be read of the training and validation splits.

    Raises:
        DataFault: no picture of the test split can be read.
    """
    directory = emptied(opt_ml.model)
    print("packaging: exporting to ONNX", flush=True)
    projection = embedding_projection(network.classifier[-1].in_features) if features_as_shipped else None
    export_onnx(network, contract.size, directory / "model.onnx", projection)
    draft = PackageDraft(
        domain=dataset.summary.domain,
        task=TASK,
        classes=dataset.summary.classes,
        input=contract.model_dump(),
        dataset_version=dataset.summary.version,
        libraries=LIBRARIES,
    )
    predictor = draft.open(directory)
    print("packaging: evaluating through the serving code", flush=True)
    test = list(answers_to(predictor, dataset, Split.TEST))
    if not test:
        raise DataFault(f"none of the {len(dataset.of(Split.TEST))} pictures of the test split can be read.")
    validation = list(answers_to(predictor, dataset, Split.VALIDATION))
    evaluation = _evaluate(predictor, dataset, directory, test, champion, skipped)
    held_out = validation + test
    baseline = make_baseline(
        labels=[answered.answer.label for answered in held_out],
        scores={name: [answered.answer.scores[name] for answered in held_out] for name in dataset.summary.classes},
        features=feature_columns([answered.answer.features for answered in held_out]),
    )
    golden = golden_requests(predictor, dataset, test, contract)
    return write_package(directory, draft, evaluation=evaluation, baseline=baseline, golden=golden)


def _evaluate(
    predictor: Predictor,
    dataset: Dataset,
    directory: Path,
    test: Sequence[Answered],
    champion: Champion[ImageClassifier] | None,
    skipped: Sequence[str],
) -> Evaluation:
    classes = dataset.summary.classes
    truth, answers = [answered.item.label for answered in test], [answered.answer.label for answered in test]
    measured = classification_metrics(truth, answers, classes)
    timed = [((dataset.images / one.item.path).read_bytes(), CONTENT_TYPE) for one in test[:LATENCY_PICTURES]]
    unread = {item.path for item in dataset.of(Split.TEST)} - {answered.item.path for answered in test}
    return Evaluation(
        task=TASK,
        dataset_version=dataset.summary.version,
        test_items=len(test),
        metrics={
            **measured.metrics,
            **measure_latency(predictor, timed),
            "size_mb": size_mb(directory),
        },
        intervals=classification_intervals(truth, answers, [answered.item.group for answered in test], classes),
        per_class=measured.per_class,
        confusion=measured.confusion,
        dummy=most_frequent_baseline([item.label for item in dataset.of(Split.TRAIN)], truth, classes),
        champion=None if champion is None else compare(champion, dataset, test),
        skipped=(*(entry.split(": ")[0] for entry in skipped), *sorted(unread)),
    )
