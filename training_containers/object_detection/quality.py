"""How good answers to pictures are, as numbers that can be measured again on pictures drawn anew."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from inference.contracts import Interval
from training_containers.object_detection.answers import Answered
from training_containers.object_detection.coco import Matches, evaluate
from training_containers.packaging import bootstrap, paired_bootstrap, rate_interval, share_interval

Times = NDArray[np.int64]
"""How often each picture counts."""
Measure = Callable[[Times], float]
SIZES = {"small": (0, 32**2), "medium": (32**2, 96**2), "large": (96**2, np.inf)}
"""COCO's, square pixels of the picture as it was sent."""
RECALLS = np.linspace(0, 1, 101)


class Quality:
    """Answers to pictures held against the truth."""

    def __init__(self, answers: Sequence[Answered], classes: Sequence[str]) -> None:
        self._evaluated = evaluate([one.item.boxes for one in answers], [one.answer.boxes for one in answers], classes)
        self._threshold = answers[0].answer.threshold
        self._told = np.array([sum(box.label in classes for box in one.answer.told) for one in answers])
        self._empty = np.array([not any(box.label in classes for box in one.item.boxes) for one in answers])
        _, self._camera = np.unique([one.item.camera for one in answers], return_inverse=True)
        self._once = np.ones(len(answers), np.int64)

    @property
    def metrics(self) -> dict[str, float]:
        """Those that the pictures show: without an empty picture, say, nothing is known of false positives on them."""
        own = {"ap": self._evaluated.ap, "ap50": self._evaluated.ap50}
        values = {name: measure(self._once) for name, measure in self._measures.items()} | own
        return {name: value for name, value in values.items() if not np.isnan(value)}

    def intervals(self) -> dict[str, Interval]:
        """Of every metric, over cameras: pictures of one camera are right or wrong together.

        Where all or nothing is right the bootstrap has nothing to draw and would be sure: there the share's own
        interval counts too, and for false positives a Poisson process's.
        """
        cameras, metrics = int(self._camera.max()) + 1, self.metrics
        found = {
            name: bootstrap(cameras, lambda drawn, measure=self._measures[name]: measure(self._times(drawn)))  # type: ignore[misc]
            for name in metrics
        }
        for name, value in metrics.items():
            if value in (0.0, 1.0) and name != "false_positives_per_empty":
                found[name] = _wider(found[name], share_interval(value * cameras, cameras))
        if "false_positives_per_empty" in found:
            count, empties = int(self._told[self._empty].sum()), int(self._empty.sum())
            found["false_positives_per_empty"] = _wider(
                found["false_positives_per_empty"], rate_interval(count, empties)
            )
        return found

    def differences(self, champion: "Quality") -> dict[str, Interval]:
        """Of this less the champion's, whose answers are to the same pictures."""
        return {name: self.difference(name, champion) for name in sorted(self.metrics.keys() & champion.metrics.keys())}

    def difference(self, name: str, other: "Quality") -> Interval:
        """Of one metric: of this less the other's."""
        ours, theirs = self._measures[name], other._measures[name]
        return paired_bootstrap(
            int(self._camera.max()) + 1,
            lambda drawn: ours(self._times(drawn)),
            lambda drawn: theirs(self._times(drawn)),
        )

    def of_class(self, number: int) -> tuple[float, float, int]:
        """Precision and recall at the threshold of one class, and how many true boxes it has."""
        one = (self._evaluated.matches[number],)
        return (
            _share(*_precise(one, self._threshold, self._once)),
            _share(*_recalled(one, self._threshold, self._once)),
            len(one[0].true_areas),
        )

    def _times(self, cameras: NDArray[np.int64]) -> Times:
        return np.bincount(cameras, minlength=int(self._camera.max()) + 1)[self._camera]

    @property
    def _measures(self) -> Mapping[str, Measure]:
        matches, limit = self._evaluated.matches, self._threshold
        sizes = {
            f"recall_{size}": lambda times, low=low, high=high: _known(*_recalled(matches, limit, times, low, high))
            for size, (low, high) in SIZES.items()
        }
        return {
            "ap": lambda times: mean_precision(matches, times),
            "ap50": lambda times: mean_precision(matches, times, overlaps=1),
            "recall": lambda times: _known(*_recalled(matches, limit, times)),
            "precision": lambda times: _share(*_precise(matches, limit, times)),
            "false_positives_per_empty": lambda times: _known(
                (self._told * times)[self._empty].sum(), times[self._empty].sum()
            ),
            **sizes,
        }


def mean_precision(matches: Sequence[Matches], times: Times, overlaps: int = 10) -> float:
    """COCO's average precision with each picture counted so often, at the first so many overlaps; NaN: no true box."""
    found = [_average_precision(one, times, overlaps) for one in matches if times[one.true_pictures].sum()]
    return float(np.mean(found)) if found else float("nan")


def _average_precision(one: Matches, times: Times, overlaps: int) -> float:
    counts = times[one.picture]
    right = (one.right[:overlaps] * counts).cumsum(axis=1)
    wrong = (~one.right[:overlaps] * counts).cumsum(axis=1)
    recall = right / times[one.true_pictures].sum()
    precision = right / np.maximum(right + wrong, np.spacing(1))
    best_from_here = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    padded = np.concatenate([best_from_here, np.zeros((len(precision), 1))], axis=1)
    return float(np.mean([row[np.searchsorted(reached, RECALLS)] for row, reached in zip(padded, recall, strict=True)]))


def _recalled(
    matches: Sequence[Matches], limit: float, times: Times, low: float = 0, high: float = np.inf
) -> tuple[float, float]:
    right = total = 0.0
    for one in matches:
        counts = times[one.true_pictures] * ((one.true_areas >= low) & (one.true_areas < high))
        right += float(counts[one.true_scores >= limit].sum())
        total += float(counts.sum())
    return right, total


def _precise(matches: Sequence[Matches], limit: float, times: Times) -> tuple[float, float]:
    right = total = 0.0
    for one in matches:
        counts = times[one.picture] * (one.scores >= limit)
        right += float(counts[one.right[0]].sum())
        total += float(counts.sum())
    return right, total


def _share(part: float, of: float) -> float:
    return part / of if of else 0.0


def _known(part: float, of: float) -> float:
    """NaN where nothing shows it."""
    return part / of if of else float("nan")


def _wider(one: Interval, other: Interval) -> Interval:
    return Interval(low=min(one.low, other.low), high=max(one.high, other.high))
