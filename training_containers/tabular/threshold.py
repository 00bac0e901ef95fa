"""The operating threshold: chosen on windows that no model being scored has seen, never on the test split."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from training_containers.tabular.alarm_figures import PER
from training_containers.tabular.alarms import AlarmCounter
from training_containers.tabular.windows import Windows

STEPS = 120


@dataclass(frozen=True)
class Scored:
    """Windows with the scores of a model that was not trained on their groups."""

    windows: Windows
    scores: NDArray[np.float64]


@dataclass(frozen=True)
class OperatingPoint:
    threshold: float
    recall: float
    false_per_1000_hours: float
    meets_both: bool


def choose_threshold(held_out: Sequence[Scored], recall_floor: float, false_alarm_budget: float) -> OperatingPoint:
    """The threshold that is furthest from breaking either promise, as a share of what each allows (minimax).

    Promised are a recall, and a rate of false alarms on sound entities. Of equally good points the middle. Where none
    keeps both, the one with the fewest false alarms among those that keep the recall floor, or come closest to it: a
    missed event costs more than a false alarm. The gate then says no. Events for which no decision could be made
    are missed at every threshold, here as in the evaluation, and may put the floor out of reach.
    """
    counters = [AlarmCounter(one.windows) for one in held_out]
    points = [_pooled(held_out, counters, threshold) for threshold in _grid(held_out)]
    used = [_share_used(point, recall_floor, false_alarm_budget) for point in points]
    least = min(used)
    if least <= 1.0:
        best = [point for point, share in zip(points, used, strict=True) if share == least]
        return replace(best[len(best) // 2], meets_both=True)
    within_reach = min(recall_floor, max(point.recall for point in points))
    kept = [point for point in points if point.recall >= within_reach]
    return min(kept, key=lambda point: point.false_per_1000_hours)


def _share_used(point: OperatingPoint, recall_floor: float, false_alarm_budget: float) -> float:
    """Of the false alarms or of the misses that are allowed, whichever is used up more; above 1 a promise is broken."""
    if point.recall < recall_floor:
        return np.inf
    misses = (1 - point.recall) / (1 - recall_floor) if recall_floor < 1 else 0.0
    return max(misses, point.false_per_1000_hours / false_alarm_budget)


def _grid(held_out: Sequence[Scored]) -> list[float]:
    """Rising thresholds, evenly spaced in log odds between the middling and the highest scores of hazardous windows."""
    hazardous = np.concatenate([one.scores[one.windows.hazard] for one in held_out])
    low, high = np.quantile(hazardous, 0.02), np.quantile(hazardous, 0.98)
    ends = np.clip([low, high], 1e-6, 1 - 1e-6)
    odds = np.log(ends / (1 - ends))
    return (1 / (1 + np.exp(-np.linspace(odds[0], odds[1], STEPS)))).tolist()


def _pooled(held_out: Sequence[Scored], counters: Sequence[AlarmCounter], threshold: float) -> OperatingPoint:
    parts = [counter.count(one.scores >= threshold) for one, counter in zip(held_out, counters, strict=True)]
    totals = [part.by_group.total() for part in parts]
    events, recognised, false_alarms, hours = (
        float(sum(values))
        for values in zip(
            *((one.events, one.recognised, one.false_sound, one.sound_hours) for one in totals), strict=True
        )
    )
    recall = recognised / events if events else 0.0
    return OperatingPoint(threshold, recall, PER * false_alarms / hours if hours else 0.0, meets_both=False)
