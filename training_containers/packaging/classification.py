"""Test metrics of a classifier, and of one that has learned nothing."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from inference.contracts import ClassMetrics


class ClassificationMetrics(NamedTuple):
    """`metrics` has `accuracy`, `macro_f1` and `min_recall`; `confusion` rows are the truth, columns the answers."""

    metrics: dict[str, float]
    per_class: dict[str, ClassMetrics]
    confusion: tuple[tuple[int, ...], ...]


def classification_metrics(
    truth: Sequence[str], answers: Sequence[str], classes: Sequence[str]
) -> ClassificationMetrics:
    """Compare answers with the truth. A class without test items has recall 0: what was not shown does not count.

    An answer outside `classes` (a champion of other classes) is wrong, and no column of the confusion matrix has it.
    """
    counts = np.zeros((len(classes), len(classes)), dtype=int)
    number = {name: i for i, name in enumerate(classes)}
    for expected, answer in zip(truth, answers, strict=True):
        if answer in number:
            counts[number[expected], number[answer]] += 1
    shown = Counter(truth)
    support = np.array([shown[name] for name in classes])
    right = np.diagonal(counts)
    recall, precision = right / np.maximum(support, 1), right / np.maximum(counts.sum(axis=0), 1)
    f1 = 2 * right / np.maximum(support + counts.sum(axis=0), 1)
    per_class = {
        name: ClassMetrics(precision=precision[i], recall=recall[i], f1=f1[i], support=int(support[i]))
        for i, name in enumerate(classes)
    }
    accuracy = float(right.sum() / max(len(truth), 1))
    metrics = {"accuracy": accuracy, "macro_f1": float(np.mean(f1)), "min_recall": float(np.min(recall))}
    return ClassificationMetrics(metrics, per_class, tuple(tuple(map(int, row)) for row in counts))


def most_frequent_dummy(
    training_labels: Sequence[str], truth: Sequence[str], classes: Sequence[str]
) -> dict[str, float]:
    """The metrics of answering every test item with the training split's most frequent class."""
    answer = Counter(training_labels).most_common(1)[0][0]
    return classification_metrics(truth, [answer] * len(truth), classes).metrics
