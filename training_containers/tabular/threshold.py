"""The operating threshold: chosen on windows that no model being scored has seen, never on the test split."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training_containers.tabular.alarms import Alarms, count_alarms
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

    Of equally good ones the middle. Where none keeps both, the one with the fewest false alarms among those that keep
    the recall floor: a missed runaway costs more than a false alarm. The gate then says no.
    """
    points = [(threshold, _pooled(held_out, threshold)) for threshold in _grid(held_out)]
    used = [_share_used(alarms, recall_floor, false_alarm_budget) for _, alarms in points]
    least = min(used)
    if least <= 1.0:
        best = [point for point, share in zip(points, used, strict=True) if share == least]
        threshold, alarms = best[len(best) // 2]
    else:
        kept = [point for point in points if point[1].recall >= recall_floor]
        threshold, alarms = min(kept, key=lambda point: point[1].false_alarms, default=points[0])
    return OperatingPoint(threshold, alarms.recall, alarms.false_per_1000_hours, least <= 1.0)


def _share_used(alarms: Alarms, recall_floor: float, false_alarm_budget: float) -> float:
    """Of the false alarms or of the misses that are allowed, whichever is used up more; above 1 a promise is broken."""
    if alarms.recall < recall_floor:
        return np.inf
    misses = (1 - alarms.recall) / (1 - recall_floor) if recall_floor < 1 else 0.0
    return max(misses, alarms.false_per_1000_hours / false_alarm_budget)


def _grid(held_out: Sequence[Scored]) -> list[float]:
    """Rising thresholds, evenly spaced in log odds between the middling and the highest scores of hazardous windows."""
    hazardous = np.concatenate([one.scores[one.windows.hazard] for one in held_out])
    low, high = np.quantile(hazardous, 0.02), np.quantile(hazardous, 0.98)
    ends = np.clip([low, high], 1e-6, 1 - 1e-6)
    odds = np.log(ends / (1 - ends))
    return (1 / (1 + np.exp(-np.linspace(odds[0], odds[1], STEPS)))).tolist()


def _pooled(held_out: Sequence[Scored], threshold: float) -> Alarms:
    parts = [count_alarms(one.windows, one.scores >= threshold) for one in held_out]
    return Alarms(
        events=sum(part.events for part in parts),
        recognised=sum(part.recognised for part in parts),
        true_alarms=sum(part.true_alarms for part in parts),
        false_alarms=sum(part.false_alarms for part in parts),
        leads=tuple(lead for part in parts for lead in part.leads),
        module_hours=sum(part.module_hours for part in parts),
    )
