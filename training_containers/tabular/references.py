"""What a detector has to beat: one that has learned nothing, and limits on what the domain's `Signals.rule` names.

The limits are chosen on the training and validation splits as the model's threshold is, so that they are a fair rival.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.contracts.telemetry import Signals
from inference.tabular.features import Preparation
from training_containers.tabular.alarms import AlarmCounter
from training_containers.tabular.metrics import Judged, judge
from training_containers.tabular.windows import Windows

LEVELS = 12
"""Limits tried of each signal, and none at all."""
COMBINATIONS = 250
"""Of limits, tried at random before the best one is refined."""
Counted = tuple[float, float]


@dataclass(frozen=True)
class ThresholdRule:
    """Alarm when one of `Signals.rule` passes its limit; inf: that one has none."""

    signals: Signals
    normal: tuple[float, ...]
    limits: tuple[float, ...]

    def scores(self, windows: Windows, preparation: Preparation) -> NDArray[np.float64]:
        """1 at a limit, more beyond it."""
        normal, limits = np.array(self.normal), np.array(self.limits)
        return ((read(windows.features, preparation, self.signals) - normal) / (limits - normal)).max(axis=1)

    def judged(self, windows: Windows, preparation: Preparation) -> Judged:
        return judge(windows, self.scores(windows, preparation), threshold=1.0)

    def told(self) -> dict[str, float]:
        """The limits there are, by name."""
        named = zip(self.signals.rule, self.limits, strict=True)
        return {f"limit_{one.name}": limit for one, limit in named if np.isfinite(limit)}


def dummy(windows: Windows) -> Judged:
    """The same probability for every window, below any threshold: no alarm ever."""
    return judge(windows, np.zeros(len(windows.lead)), threshold=0.5)


def read(features: NDArray, preparation: Preparation, signals: Signals) -> NDArray[np.float64]:
    """What the rule limits: features, or the share by which they are off their typical value. Shape (n, signals)."""
    columns = []
    for one in signals.rule:
        number = signals.feature_names.index(one.feature)
        values, typical = features[:, number].astype(np.float64), preparation.typical[number]
        if one.of == "deviation":
            values = np.abs(values / typical - 1) if typical else np.zeros(len(features))
        columns.append(values)
    return np.column_stack(columns)


def tune_threshold_rule(
    splits: Sequence[Windows], preparation: Preparation, false_alarm_budget: float, seed: int = 0
) -> ThresholdRule:
    """The limits that recognise most events within the budget (per 1,000 hours of sound entities)."""
    search = _Search(splits, preparation)
    signals = range(len(search.signals.rule))
    rng = np.random.default_rng(seed)

    def worth(choice: Sequence[int]) -> tuple[float, float]:
        recall, false_alarms = search.count(choice)
        return (recall, -false_alarms) if false_alarms <= false_alarm_budget else (-1.0, -false_alarms)

    drawn = rng.integers(0, LEVELS + 1, (COMBINATIONS, len(signals)))
    best = max((tuple(row) for row in drawn.tolist()), key=worth)
    improved = True
    while improved:
        nearby = [(*best[:number], level, *best[number + 1 :]) for number in signals for level in range(LEVELS + 1)]
        better = max(nearby, key=worth)
        improved = worth(better) > worth(best)
        best = better if improved else best
    return search.rule(best)


class _Search:
    """Counts recall and false alarms of limits chosen by number; the last number is no limit."""

    def __init__(self, splits: Sequence[Windows], preparation: Preparation) -> None:
        self.signals = splits[0].signals
        self._counters = [AlarmCounter(windows) for windows in splits]
        values_of_split = [read(windows.features, preparation, self.signals) for windows in splits]
        hazard = np.concatenate([windows.hazard for windows in splits])
        sound = np.concatenate([windows.sound for windows in splits])
        values = np.concatenate(values_of_split)
        self._normal = np.median(values[sound], axis=0)
        tails = 1 - np.logspace(-1.5, -6, LEVELS // 2)
        levels = np.vstack(
            [
                np.quantile(values[sound], tails, axis=0),
                np.quantile(values[hazard], np.linspace(0.05, 0.95, LEVELS - LEVELS // 2), axis=0),
            ]
        )
        levels = np.where(levels > self._normal, levels, np.inf)  # a limit that is always passed is none
        self._levels = np.vstack([np.sort(levels, axis=0), np.full(len(self.signals.rule), np.inf)])
        self._passed = [  # by split, level and signal: which windows reach the level
            [[one[:, signal] >= level[signal] for signal in range(len(self.signals.rule))] for level in self._levels]
            for one in values_of_split
        ]
        self._known: dict[tuple[int, ...], Counted] = {}

    def count(self, choice: Sequence[int]) -> Counted:
        """Recall, and false alarms per 1,000 hours."""
        key = tuple(choice)
        if key not in self._known:
            parts = [
                counter.count(
                    np.logical_or.reduce([passed[level][place] for place, level in enumerate(key)])
                ).by_group.total()
                for counter, passed in zip(self._counters, self._passed, strict=True)
            ]
            events = sum(float(part.events) for part in parts)
            hours = sum(float(part.sound_hours) for part in parts)
            self._known[key] = (
                sum(float(part.recognised) for part in parts) / events,
                1000 * sum(float(part.false_sound) for part in parts) / hours,
            )
        return self._known[key]

    def rule(self, choice: Sequence[int]) -> ThresholdRule:
        limits = self._levels[list(choice), np.arange(len(choice))]
        return ThresholdRule(self.signals, tuple(self._normal.tolist()), tuple(limits.tolist()))
