"""Evaluates the trained network through the serving code, and writes the model package."""

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from inference.contracts import (
    ChampionEvaluation,
    ClassPrediction,
    Evaluation,
    GoldenRequest,
    Item,
    PackageManifest,
    Split,
)
from inference.errors import BadRequest
from inference.image_classification import ImageClassifier
from inference.image_input import ImageInput, decode, to_input
from inference.predictor import Predictor
from training_containers.contract import DataFault, OptMl
from training_containers.image_classification.data import Dataset
from training_containers.image_classification.export import export_onnx
from training_containers.image_classification.model import MobileNetV2
from training_containers.packaging import (
    Champion,
    PackageDraft,
    classification_metrics,
    emptied,
    golden_request,
    make_baseline,
    measure_latency,
    most_frequent_baseline,
    size_mb,
    write_package,
)

TASK = "image_classification"
CONTENT_TYPE = "application/x-image"
LIBRARIES = ("numpy", "onnx", "onnxruntime", "pillow", "scikit-learn", "torch")
GOLDEN_PER_CLASS = 2
LATENCY_PICTURES = 50


@dataclass(frozen=True)
class Answered:
    """A held-out picture with the model's answer to its bytes."""

    item: Item
    size_bytes: int
    answer: ClassPrediction


def package(
    opt_ml: OptMl,
    dataset: Dataset,
    network: MobileNetV2,
    contract: ImageInput,
    champion: Champion[ImageClassifier] | None,
    skipped: Sequence[str],
) -> PackageManifest:
    """Leave a verified package in the model folder.

    Args:
        skipped: what could not be read of the training and validation splits.

    Raises:
        DataFault: no picture of the test split can be read.
    """
    directory = emptied(opt_ml.model)
    print("packaging: exporting to ONNX", flush=True)
    export_onnx(network, contract.size, directory / "model.onnx")
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
    test = list(_answers(predictor, dataset, Split.TEST))
    if not test:
        raise DataFault(f"none of the {len(dataset.of(Split.TEST))} pictures of the test split can be read.")
    validation = list(_answers(predictor, dataset, Split.VALIDATION))
    evaluation = _evaluate(predictor, dataset, directory, test, champion, skipped)
    held_out = validation + test
    baseline = make_baseline(
        labels=[answered.answer.label for answered in held_out],
        scores={name: [answered.answer.scores[name] for answered in held_out] for name in dataset.summary.classes},
        features={"bytes": [answered.size_bytes for answered in held_out]},
    )
    golden = _golden(predictor, dataset, test, contract)
    return write_package(directory, draft, evaluation=evaluation, baseline=baseline, golden=golden)


def _answers(predictor: Predictor, dataset: Dataset, split: Split) -> Iterator[Answered]:
    """The answers to a split's pictures; one that cannot be read is left out."""
    for item in dataset.of(split):
        try:
            body = (dataset.images / item.path).read_bytes()
            answer = ClassPrediction.model_validate(predictor.predict(body, CONTENT_TYPE))
        except (OSError, BadRequest):
            continue
        yield Answered(item, len(body), answer)


def _evaluate(
    predictor: Predictor,
    dataset: Dataset,
    directory: Path,
    test: Sequence[Answered],
    champion: Champion[ImageClassifier] | None,
    skipped: Sequence[str],
) -> Evaluation:
    classes = dataset.summary.classes
    truth = [answered.item.label for answered in test]
    measured = classification_metrics(truth, [answered.answer.label for answered in test], classes)
    pictures = [((dataset.images / answered.item.path).read_bytes(), CONTENT_TYPE) for answered in test]
    unread = {item.path for item in dataset.of(Split.TEST)} - {answered.item.path for answered in test}
    return Evaluation(
        task=TASK,
        dataset_version=dataset.summary.version,
        test_items=len(test),
        metrics={
            **measured.metrics,
            **measure_latency(predictor, pictures[:LATENCY_PICTURES]),
            "size_mb": size_mb(directory),
        },
        per_class=measured.per_class,
        confusion=measured.confusion,
        dummy=most_frequent_baseline([item.label for item in dataset.of(Split.TRAIN)], truth, classes),
        champion=_evaluate_champion(champion, dataset) if champion is not None else None,
        skipped=(*(entry.split(": ")[0] for entry in skipped), *sorted(unread)),
    )


def _evaluate_champion(champion: Champion[ImageClassifier], dataset: Dataset) -> ChampionEvaluation:
    test = list(_answers(champion.predictor, dataset, Split.TEST))
    truth, answers = [a.item.label for a in test], [a.answer.label for a in test]
    metrics = classification_metrics(truth, answers, dataset.summary.classes).metrics
    return ChampionEvaluation(model_data_url=champion.model_data_url, metrics=metrics)


def _golden(
    predictor: Predictor, dataset: Dataset, test: Sequence[Answered], contract: ImageInput
) -> list[GoldenRequest]:
    """The most confidently right test pictures of each answered class, scaled down so that the package stays small."""
    by_class: dict[str, list[Answered]] = defaultdict(list)
    for answered in sorted(test, key=lambda a: (a.answer.label != a.item.label, -a.answer.confidence)):
        by_class[answered.item.label].append(answered)
    chosen = [answered for label in sorted(by_class) for answered in by_class[label][:GOLDEN_PER_CLASS]]
    requests = []
    for answered in chosen:
        picture = decode((dataset.images / answered.item.path).read_bytes(), contract.size)
        stream = io.BytesIO()
        Image.fromarray(to_input(picture, contract)).save(stream, format="PNG")
        answer = ClassPrediction.model_validate(predictor.predict(stream.getvalue(), CONTENT_TYPE))
        requests.append(golden_request(stream.getvalue(), CONTENT_TYPE, answer.label, answer.scores))
    return requests
