"""What a detector's answers to a split are worth: alarms on calm zones, fires found, and how late."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from inference.contracts import Interval
from training_containers.ensemble.store import Shard
from training_containers.packaging import bootstrap, paired_bootstrap

HISTOGRAM = 512
"""Bins of probabilities, for average precisions of a thousand draws in a moment."""


@dataclass(frozen=True)
class Events:
    """Runs of decisions of one zone in which it burns."""

    group: NDArray[np.int64]  # (events,)
    first: NDArray[np.int64]  # (events,), of all decisions the first one
    last: NDArray[np.int64]  # (events,), the last one
    before_s: NDArray[np.float64]  # (events,), from the ignition to the first decision
    period_s: float  # between two decisions


@dataclass(frozen=True)
class Decisions:
    """Of a split, in the order of its shards; a group is one site on one time block."""

    hazard: NDArray[np.bool_]
    group: NDArray[np.int64]
    groups: int
    events: Events


def decisions_of(shards: Sequence[Shard], step_s: float, every: int = 1) -> Decisions:
    """An event starts where a zone begins to burn, or with its recording, and ends where it no longer does.

    `every`: steps between two decisions about a zone.
    """
    group = np.concatenate([np.full(len(shard), number) for number, shard in enumerate(shards)])
    hazard = np.concatenate([shard.hazard for shard in shards])
    series = np.concatenate([shard.zone.astype(np.int64) + (number << 16) for number, shard in enumerate(shards)])
    end = np.concatenate([shard.end for shard in shards]).astype(np.int64)
    same = (series[1:] == series[:-1]) & (end[1:] - end[:-1] == every) & hazard[1:] & hazard[:-1]
    first = np.flatnonzero(hazard & ~np.r_[False, same])
    last = np.flatnonzero(hazard & ~np.r_[same, False])
    burning = np.concatenate([shard.burning for shard in shards])
    events = Events(group[first], first, last, burning[first] * step_s, every * step_s)
    return Decisions(hazard, group, len(shards), events)


@dataclass(frozen=True)
class Judged:
    """One detector's answers to the decisions, at its threshold."""

    decisions: Decisions
    probability: NDArray[np.float64]
    alarm: NDArray[np.bool_]

    @classmethod
    def at(cls, decisions: Decisions, probability: NDArray[np.float64], threshold: float) -> "Judged":
        return cls(decisions, probability, probability >= threshold)

    def metrics(self) -> dict[str, float]:
        every = np.arange(self.decisions.groups)
        found = {name: measure(every) for name, measure in self._measures().items()}
        delays = self._delays()
        quantiles = {f"detection_delay_p{percent}_s": float(np.quantile(delays, percent / 100)) for percent in (50, 90)}
        exact = float(average_precision_score(self.decisions.hazard, self.probability))
        return {**found, **quantiles, "average_precision": exact, "events": float(len(delays))}

    def intervals(self) -> dict[str, Interval]:
        """By drawing groups: what happens in one building on one day is no evidence about another."""
        return {name: bootstrap(self.decisions.groups, measure) for name, measure in self._measures().items()}

    def differences(self, other: "Judged") -> dict[str, Interval]:
        """This one's metrics less the other's, paired."""
        theirs = other._measures()
        return {
            name: paired_bootstrap(self.decisions.groups, measure, theirs[name])
            for name, measure in self._measures().items()
        }

    def _measures(self) -> dict[str, Callable[[NDArray[np.int64]], float]]:
        """By name, from drawn groups to the metric over their decisions."""
        hazard, events = self.decisions.hazard, self.decisions.events
        alarms, missed = self._by_group(~hazard & self.alarm), self._by_group(hazard & ~self.alarm)
        calm, burning = self._by_group(~hazard), self._by_group(hazard)
        seen = np.bincount(events.group, self._seen(), self.decisions.groups)
        of_group = np.bincount(events.group, minlength=self.decisions.groups)
        curves = self._histograms()
        return {
            "false_positive_rate": lambda drawn: _share(alarms[drawn].sum(), calm[drawn].sum()),
            "recall": lambda drawn: 1 - _share(missed[drawn].sum(), burning[drawn].sum()),
            "event_recall": lambda drawn: _share(seen[drawn].sum(), of_group[drawn].sum()),
            "accuracy": lambda drawn: 1 - _share((alarms + missed)[drawn].sum(), (calm + burning)[drawn].sum()),
            "average_precision": lambda drawn: _average_precision(curves[drawn].sum(axis=0)),
        }

    def _by_group(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.bincount(self.decisions.group, chosen, self.decisions.groups).astype(np.float64)

    def _seen(self) -> NDArray[np.bool_]:
        """Whether there was an alarm while it burned. (events,)"""
        alarms = np.r_[0, np.cumsum(self.alarm)]
        return alarms[self.decisions.events.last + 1] > alarms[self.decisions.events.first]

    def _delays(self) -> NDArray[np.float64]:
        """Seconds from the ignition to the first alarm; an event that was missed counts its whole length."""
        events = self.decisions.events
        following = np.append(np.flatnonzero(self.alarm), np.iinfo(np.int64).max)
        alarm = following[np.searchsorted(following, events.first)]
        return (np.minimum(alarm, events.last + 1) - events.first) * events.period_s + events.before_s

    def _histograms(self) -> NDArray[np.float64]:
        """(groups, 2, bins) decisions by probability's rank, calm and burning; the highest rank first."""
        edges = np.unique(
            np.quantile(self.probability, np.r_[np.linspace(0, 0.9, HISTOGRAM // 4), np.linspace(0.9, 1, HISTOGRAM)])
        )
        rank = len(edges) - np.searchsorted(edges, self.probability, side="right")
        shape = (self.decisions.groups, 2, len(edges) + 1)
        place = np.ravel_multi_index((self.decisions.group, self.decisions.hazard.astype(int), rank), shape)
        return np.bincount(place, minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")


def _average_precision(histogram: NDArray[np.float64]) -> float:
    calm, burning = np.cumsum(histogram, axis=1)
    if not burning[-1]:
        return float("nan")
    precision = np.divide(burning, calm + burning, out=np.zeros_like(burning), where=calm + burning > 0)
    return float((precision * histogram[1]).sum() / burning[-1])
