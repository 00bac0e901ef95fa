"""`evaluation.json` of a detector: on the test split, on the newest reviews, beside the dummy and the champion."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from inference.contracts import ChampionEvaluation, ClassMetrics, Evaluation, Split
from inference.contracts.boxes import FoundBox
from inference.contracts.boxes_item import BoxedItem
from inference.contracts.tasks.object_detection import Detections
from inference.object_detection.predictor import ObjectDetector
from training_containers.object_detection.answers import Answered, answers_to
from training_containers.object_detection.data import Dataset
from training_containers.object_detection.quality import Quality
from training_containers.packaging import Champion, of_reviews, with_reviews

TASK = "object_detection"
OF_REVIEWS = ("ap50", "recall", "false_positives_per_empty")
"""Metrics that the reviewed split has too, `reviewed_` before their names."""


def evaluation_of(
    dataset: Dataset,
    test: Sequence[Answered],
    reviewed: Sequence[Answered],
    champion: Champion[ObjectDetector] | None,
    skipped: Sequence[str],
) -> Evaluation:
    """Latency and size come later.

    Args:
        reviewed: answers to the split of the newest reviews, if it has items.
        skipped: what could not be read of the training and validation splits.
    """
    classes = dataset.summary.classes
    quality = Quality(test, classes)
    metrics, intervals = quality.metrics, quality.intervals()
    if reviewed:
        newest = Quality(reviewed, classes)
        metrics |= of_reviews(newest.metrics, OF_REVIEWS)
        intervals |= of_reviews(newest.intervals(), OF_REVIEWS)
    read = {one.item.path for one in (*test, *reviewed)}
    unread = {item.path for item in (*dataset.of(Split.TEST), *dataset.of(Split.REVIEWED))} - read
    return Evaluation(
        task=TASK,
        dataset_version=dataset.summary.version,
        test_items=len(test),
        metrics=metrics,
        intervals=intervals,
        per_class={name: _class_metrics(quality, number) for number, name in enumerate(classes)},
        dummy=Quality(dummy_answers(dataset, [one.item for one in test]), classes).metrics,
        champion=None if champion is None else compare(champion, dataset, test, reviewed),
        skipped=(*(entry.split(": ")[0] for entry in skipped), *sorted(unread)),
    )


def compare(
    champion: Champion[ObjectDetector], dataset: Dataset, test: Sequence[Answered], reviewed: Sequence[Answered]
) -> ChampionEvaluation:
    """The champion on the same pictures, on the boxes of the classes that both know; each at its own threshold."""
    found = _compare(champion, dataset, test, Split.TEST)
    return with_reviews(found, _compare(champion, dataset, reviewed, Split.REVIEWED), OF_REVIEWS)


def _compare(
    champion: Champion[ObjectDetector], dataset: Dataset, ours: Sequence[Answered], split: Split
) -> ChampionEvaluation:
    shared = tuple(name for name in dataset.summary.classes if name in champion.classes)
    theirs = {one.item.path: one for one in answers_to(champion.predictor, dataset, split)}
    both = [one for one in ours if one.item.path in theirs]
    if not both or not shared:
        return ChampionEvaluation(model_data_url=champion.model_data_url, metrics={}, shared_classes=shared)
    own, others = Quality(both, shared), Quality([theirs[one.item.path] for one in both], shared)
    return ChampionEvaluation(
        model_data_url=champion.model_data_url,
        metrics=others.metrics,
        challenger=own.metrics,
        differences=own.differences(others),
        shared_classes=shared,
    )


def dummy_answers(dataset: Dataset, items: Sequence[BoxedItem]) -> list[Answered]:
    """The mean box of the training pictures, of their most frequent class, in every picture."""
    training = [(item, box) for item in dataset.of(Split.TRAIN) for box in item.boxes]
    sides = [
        (box.x / item.width, box.y / item.height, box.width / item.width, box.height / item.height)
        for item, box in training
    ]
    x, y, width, height = np.mean(sides, axis=0).tolist()
    label = Counter(box.label for _, box in training).most_common(1)[0][0]
    answers = []
    for item in items:
        place = {"x": x * item.width, "width": width * item.width, "y": y * item.height, "height": height * item.height}
        mean = Detections(
            width=item.width,
            height=item.height,
            classes=dataset.summary.classes,
            threshold=0.5,
            boxes=(FoundBox(label=label, score=1.0, **place),),
        )
        answers.append(Answered(item, mean))
    return answers


def _class_metrics(quality: Quality, number: int) -> ClassMetrics:
    precision, recall, support = quality.of_class(number)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return ClassMetrics(precision=precision, recall=recall, f1=f1, support=support)
