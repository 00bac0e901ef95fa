"""What curves of the average precision say, over seeds: means, differences, and labels needed for the same."""

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import stats

RANDOM = "random"
BESIDE = "ap_more_than_whole_bursts_on_average"
DIGITS = 4
DRAWS = 4_000
Curve = Sequence[float]
"""AP at each number of labels."""


def summary(curves: Sequence[Mapping[str, Curve]], labels: Sequence[int]) -> dict[str, Any]:
    """Of each order, over seeds: AP, what it has more than the random order of the same seed, and labels needed."""
    found: dict[str, Any] = {
        order: {
            "ap": {str(count): interval([curve[order][at] for curve in curves]) for at, count in enumerate(labels)},
            **({} if order == RANDOM else _beside_random(curves, order, labels)),
        }
        for order in curves[0]
    }
    found["first_of_burst"][BESIDE] = interval([_more(one["first_of_burst"], one["whole_bursts"]) for one in curves])
    return found


def _more(one: Curve, other: Curve) -> float:
    """On average of all rounds; before the first, curves are one."""
    return statistics.fmean(one[1:]) - statistics.fmean(other[1:])


def _beside_random(curves: Sequence[Mapping[str, Curve]], order: str, labels: Sequence[int]) -> dict[str, Any]:
    more = [[one - other for one, other in zip(curve[order], curve[RANDOM], strict=True)] for curve in curves]
    counted = range(1, len(labels))
    return {
        "ap_more_than_random": {str(labels[at]): interval([one[at] for one in more]) for at in counted},
        "ap_more_than_random_on_average": interval([_more(one[order], one[RANDOM]) for one in curves]),
        "labels_for_the_ap_of_all_random_ones": needed(
            [curve[order] for curve in curves], [curve[RANDOM] for curve in curves], labels
        ),
    }


def needed(curves: Sequence[Curve], random: Sequence[Curve], labels: Sequence[int]) -> dict[str, int | None]:
    """Labels at which the mean curve is as high as the mean random one ends; None: more than were given.

    The ends are of 95 %, by drawing seeds with replacement.
    """
    rng = np.random.default_rng(12)
    draws = rng.integers(len(curves), size=(DRAWS, len(curves)))
    ours, theirs = np.asarray(curves), np.asarray(random)
    drawn = sorted(reaches(ours[one].mean(axis=0), labels, theirs[one, -1].mean()) for one in draws)
    found = {
        "labels": reaches(ours.mean(axis=0), labels, theirs[:, -1].mean()),
        "low": drawn[int(0.025 * DRAWS)],
        "high": drawn[math.ceil(0.975 * DRAWS) - 1],
    }
    return {name: None if math.isinf(value) else round(value) for name, value in found.items()}


def reaches(curve: Curve, labels: Sequence[int], target: float) -> float:
    """Labels at which the curve first is as high, on straight lines between measurements; infinite: never."""
    if curve[0] >= target:
        return float(labels[0])
    for before, after, fewer, more in zip(curve, curve[1:], labels, labels[1:], strict=False):
        if before < target <= after:
            return float(fewer + (more - fewer) * (target - before) / (after - before))
    return math.inf


def interval(values: Sequence[float]) -> dict[str, float]:
    """Student's t over seeds."""
    mean = statistics.fmean(values)
    if len(values) < 2:
        return {"mean": round(mean, DIGITS)}
    half = float(stats.t.ppf(0.975, len(values) - 1)) * statistics.stdev(values) / math.sqrt(len(values))
    return {"mean": round(mean, DIGITS), "low": round(mean - half, DIGITS), "high": round(mean + half, DIGITS)}
