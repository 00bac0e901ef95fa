"""Metrics of decisions on a split, their intervals, and their differences between two models."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.contracts import Interval
from training_containers.packaging.intervals import bootstrap, paired_bootstrap, rate_interval, share_interval
from training_containers.tabular.alarm_figures import PER, Alarms, false_alarm_metric, recall_metric
from training_containers.tabular.alarms import count_alarms
from training_containers.tabular.ranking import Ranking
from training_containers.tabular.windows import Windows

Measure = Callable[[NDArray[np.int64]], float]


@dataclass(frozen=True)
class Judged:
    """A model's scores on a split, with all that is counted of them."""

    alarms: Alarms
    ranking: Ranking
    window_recall: float
    refused: int
    groups: int

    def metrics(self) -> dict[str, float]:
        return {
            **self.alarms.metrics(),
            "average_precision": self.ranking.average_precision(),
            "window_recall": self.window_recall,
            "refused_windows": float(self.refused),
        }

    def intervals(self) -> dict[str, Interval]:
        """Of the rates by their counts; of the others by drawing groups anew."""
        total = self.alarms.by_group.total()
        return {
            recall_metric(self.alarms.signals): share_interval(int(total.recognised), int(total.events)),
            **{
                name: rate_interval(int(count), float(hours) / PER)
                for name, (count, hours) in self.alarms.false_alarms().items()
                if hours > 0
            },
            "average_precision": bootstrap(self.groups, self._measures()["average_precision"]),
            "lead_time_p50_s": bootstrap(self.groups, self._measures()["lead_time_p50_s"]),
        }

    def differences(self, champion: "Judged") -> dict[str, Interval]:
        """This model less the champion, on the same drawn groups."""
        ours, theirs = self._measures(), champion._measures()
        return {name: paired_bootstrap(self.groups, ours[name], theirs[name]) for name in ours}

    def _measures(self) -> Mapping[str, Measure]:
        def on(measure: Callable[[NDArray[np.float64]], float]) -> Measure:
            return lambda drawn: measure(np.bincount(drawn, minlength=self.groups).astype(np.float64))

        return {
            "average_precision": on(self.ranking.average_precision),
            recall_metric(self.alarms.signals): on(self.alarms.recall),
            false_alarm_metric(self.alarms.signals): on(self.alarms.false_per_1000_hours),
            "lead_time_p50_s": on(self.alarms.median_lead),
        }


def judge(windows: Windows, scores: NDArray, threshold: float) -> Judged:
    """Decisions at the threshold, and the ranking that the scores are."""
    positive = scores >= threshold
    return Judged(
        alarms=count_alarms(windows, positive),
        ranking=Ranking.of(windows, scores),
        window_recall=float(positive[windows.hazard].mean()),
        refused=windows.refused,
        groups=windows.groups,
    )


def probability_metrics(windows: Windows, scores: NDArray) -> dict[str, float]:
    """Brier score, and how much of a constant guess's at the same share of hazards it saves (1: all of it)."""
    share = float(windows.hazard.mean())
    brier = float(np.mean((scores - windows.hazard) ** 2))
    return {"brier": brier, "brier_skill": 1 - brier / (share * (1 - share))}
