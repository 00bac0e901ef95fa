"""How good answers to pictures are: the same numbers for the served graph and for every edge format.

Of two classes the first is the one that is looked for, and `precision`, `recall`, `f1` and `roc_auc` are of it; of more
classes they are means over all. `accuracy`, `macro_f1` and `min_recall` are of all classes always.
"""

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata

from inference.contracts import Interval
from training_containers.image_classification.answers import Answered
from training_containers.packaging import classification_intervals, classification_metrics, f1_interval


def quality(answers: Sequence[Answered], classes: Sequence[str]) -> tuple[dict[str, float], dict[str, Interval]]:
    """Metrics, and 95 % intervals of `accuracy`, `macro_f1`, `min_recall` and `f1`.

    `roc_auc` is left out where every picture, or none, is of a class.
    """
    truth, labels = [one.item.label for one in answers], [one.answer.label for one in answers]
    groups = [one.item.group for one in answers]
    measured = classification_metrics(truth, labels, classes)
    named = looked_for(classes)
    metrics = dict(measured.metrics)
    for metric in ("precision", "recall", "f1"):
        metrics[metric] = float(np.mean([getattr(measured.per_class[name], metric) for name in named]))
    areas = [
        roc_auc([label == name for label in truth], [one.answer.scores[name] for one in answers]) for name in named
    ]
    if None not in areas:
        metrics["roc_auc"] = float(np.mean(np.array(areas, float)))
    intervals = classification_intervals(truth, labels, groups, classes)
    return metrics, {**intervals, "f1": f1_interval(truth, labels, groups, classes, named)}


def looked_for(classes: Sequence[str]) -> Sequence[str]:
    return classes[:1] if len(classes) == 2 else classes


def roc_auc(positive: Sequence[bool], scores: Sequence[float]) -> float | None:
    """The probability that a positive item scores above another one, ties counting half (Mann and Whitney, 1947)."""
    are = np.asarray(positive, bool)
    count, others = int(are.sum()), int((~are).sum())
    if not count or not others:
        return None
    return float((rankdata(scores)[are].sum() - count * (count + 1) / 2) / (count * others))
