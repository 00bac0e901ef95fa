"""Test metrics of a classifier, and of one that has learned nothing."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

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
    labels = list(classes)
    precision, recall, f1, support = precision_recall_fscore_support(truth, answers, labels=labels, zero_division=0)
    per_class = {
        name: ClassMetrics(precision=precision[i], recall=recall[i], f1=f1[i], support=int(support[i]))
        for i, name in enumerate(labels)
    }
    correct = np.mean([expected == answer for expected, answer in zip(truth, answers, strict=True)])
    metrics = {"accuracy": float(correct), "macro_f1": float(np.mean(f1)), "min_recall": float(np.min(recall))}
    matrix = confusion_matrix(truth, answers, labels=labels)
    return ClassificationMetrics(metrics, per_class, tuple(tuple(map(int, row)) for row in matrix))


def most_frequent_baseline(
    training_labels: Sequence[str], truth: Sequence[str], classes: Sequence[str]
) -> dict[str, float]:
    """The metrics of answering every test item with the training split's most frequent class."""
    answer = Counter(training_labels).most_common(1)[0][0]
    return classification_metrics(truth, [answer] * len(truth), classes).metrics
