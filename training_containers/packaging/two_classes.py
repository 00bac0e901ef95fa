"""Metrics of yes-or-no decisions, by class."""

import numpy as np
from numpy.typing import NDArray

from inference.contracts import ClassMetrics


def two_classes(
    hazard: NDArray[np.bool_], positive: NDArray[np.bool_], classes: tuple[str, ...]
) -> tuple[dict[str, ClassMetrics], tuple[tuple[int, ...], ...]]:
    """Metrics by class, and the confusion matrix (rows: truth). Without a case a share is 0."""
    confusion = np.bincount(2 * hazard.astype(np.int64) + positive, minlength=4).reshape(2, 2)
    metrics = {}
    for number, name in enumerate(classes):
        right, answered, support = confusion[number, number], confusion[:, number].sum(), confusion[number].sum()
        metrics[name] = ClassMetrics(
            precision=right / answered if answered else 0.0,
            recall=right / support if support else 0.0,
            f1=2 * right / (answered + support) if answered + support else 0.0,
            support=int(support),
        )
    return metrics, tuple(tuple(map(int, row)) for row in confusion)
