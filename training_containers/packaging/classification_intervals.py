"""How sure a classifier's test metrics are: 95 % intervals over the test split's groups.

Items of one group (a burst of one camera, copies) are right or wrong together, so groups are what is drawn and counted.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.contracts import Interval
from training_containers.packaging.intervals import Groups, bootstrap, paired_bootstrap, share_interval

Confusion = NDArray[Any]


def classification_intervals(
    truth: Sequence[str], answers: Sequence[str], groups: Sequence[str], classes: Sequence[str]
) -> dict[str, Interval]:
    """Of `accuracy`, `macro_f1` and `min_recall`, as `classification_metrics` measures them.

    `min_recall` lies between the lowest low and the lowest high end of any class's recall. Where no answer is
    wrong, the bootstrap has nothing to draw and would be sure of 1: then accuracy's low end bounds `macro_f1`.

    Args:
        groups: the group of each item.
    """
    labels, of = np.asarray(truth), np.asarray(groups)
    right = labels == np.asarray(answers)
    recalls = [_share(right[labels == name], of[labels == name]) for name in classes]
    return {
        "accuracy": _share(right, of),
        "macro_f1": f1_interval(truth, answers, groups, classes, classes),
        "min_recall": Interval(low=min(recall.low for recall in recalls), high=min(recall.high for recall in recalls)),
    }


def f1_interval(
    truth: Sequence[str], answers: Sequence[str], groups: Sequence[str], classes: Sequence[str], of: Sequence[str]
) -> Interval:
    """Of the mean F1 of the classes `of`; where no answer is wrong, bounded as `macro_f1` is."""
    rows = [classes.index(name) for name in of]
    count, confusion = _drawing(truth, answers, groups, classes)
    f1 = bootstrap(count, lambda drawn: float(np.mean(_f1_of_each(confusion(drawn))[rows])))
    right = np.asarray(truth) == np.asarray(answers)
    if not right.all():
        return f1
    return Interval(low=min(f1.low, f1.high * _share(right, np.asarray(groups)).low), high=f1.high)


def classification_differences(
    truth: Sequence[str],
    challenger: Sequence[str],
    champion: Sequence[str],
    groups: Sequence[str],
    classes: Sequence[str],
) -> dict[str, Interval]:
    """Of challenger less champion in `accuracy` and `macro_f1`, from their answers to the same items."""
    count, ours = _drawing(truth, challenger, groups, classes)
    _, theirs = _drawing(truth, champion, groups, classes)

    def difference(measure: Callable[[Confusion], float]) -> Interval:
        return paired_bootstrap(count, lambda drawn: measure(ours(drawn)), lambda drawn: measure(theirs(drawn)))

    return {"accuracy": difference(_accuracy), "macro_f1": difference(_macro_f1)}


def _share(right: NDArray[np.bool_], groups: NDArray[np.str_]) -> Interval:
    """A share's interval; items of one group count as one (Kish's effective sample size, at its most careful)."""
    if right.size == 0:
        return share_interval(0, 0)
    sizes = np.unique(groups, return_counts=True)[1]
    trials = float(sizes.sum() ** 2 / (sizes**2).sum())
    return share_interval(float(right.mean()) * trials, trials)


def _drawing(
    truth: Sequence[str], answers: Sequence[str], groups: Sequence[str], classes: Sequence[str]
) -> tuple[int, Callable[[Groups], Confusion]]:
    """How many groups there are, and the confusion of drawn groups: (classes, classes + 1), the rest in the last."""
    names, group_of = np.unique(np.asarray(groups), return_inverse=True)
    columns = len(classes) + 1
    number = {name: i for i, name in enumerate(classes)}
    cell = np.array([number[t] * columns + number.get(a, columns - 1) for t, a in zip(truth, answers, strict=True)])

    def confusion(drawn: Groups) -> Confusion:
        times = np.bincount(drawn, minlength=names.size)[group_of]
        return np.bincount(cell, weights=times, minlength=columns * len(classes)).reshape(-1, columns)

    return names.size, confusion


def _accuracy(confusion: Confusion) -> float:
    return float(np.trace(confusion) / confusion.sum())


def _macro_f1(confusion: Confusion) -> float:
    return float(np.mean(_f1_of_each(confusion)))


def _f1_of_each(confusion: Confusion) -> NDArray[np.float64]:
    """A class that a draw does not show has F1 0, as in the metric itself: what was not shown does not count."""
    right = np.diagonal(confusion)
    either = confusion.sum(axis=1) + confusion.sum(axis=0)[: right.size]
    return 2 * right / np.maximum(either, 1)
