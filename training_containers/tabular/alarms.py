"""What an operator gets: alarms and missed runaways, not windows.

A module is judged once a minute. Positive decisions with pauses under ten minutes are one alarm (an off-delay, as in
ISA-18.2 / IEC 62682). An alarm is true when the module runs away during it or within the horizon after its last
positive decision; every other alarm is false, also one on a module that got hot, vented and recovered. A runaway is
recognised when a decision between one minute and the horizon before it is positive. Exposure is every module-minute
that was judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, chi2
from sklearn.metrics import average_precision_score, roc_auc_score

from training_containers.tabular.windows import Windows

OFF_DELAY_SECONDS = 600.0
LEAST_LEAD_SECONDS = 60.0


@dataclass(frozen=True)
class Alarms:
    events: int
    recognised: int
    true_alarms: int
    false_alarms: int
    leads: tuple[float, ...]  # seconds from an alarm's start to the runaway, one an event; 0 for a missed one
    module_hours: float

    @property
    def recall(self) -> float:
        return self.recognised / self.events if self.events else 0.0

    @property
    def false_per_1000_hours(self) -> float:
        return 1000 * self.false_alarms / self.module_hours

    def metrics(self) -> dict[str, float]:
        alarms = self.true_alarms + self.false_alarms
        leads = np.percentile(self.leads, [10, 50, 90]) if self.leads else np.zeros(3)
        return {
            "hazard_recall": self.recall,
            "hazard_recall_at_least": _surely_recognised(self.recognised, self.events),
            "false_alarms_per_1000_module_hours": self.false_per_1000_hours,
            "false_alarms_per_1000_module_hours_at_most": 1000 * _surely_below(self.false_alarms) / self.module_hours,
            "precision": self.true_alarms / alarms if alarms else 0.0,
            "lead_time_p10_s": float(leads[0]),
            "lead_time_p50_s": float(leads[1]),
            "lead_time_p90_s": float(leads[2]),
            "events": float(self.events),
            "false_alarms": float(self.false_alarms),
            "module_hours": self.module_hours,
        }


def _surely_recognised(recognised: int, events: int) -> float:
    """Lower end of the 95 % interval of a share (Clopper and Pearson, 1934)."""
    return float(beta.ppf(0.025, recognised, events - recognised + 1)) if recognised else 0.0


def _surely_below(count: int) -> float:
    """Upper end of the 95 % interval of a Poisson mean (Garwood, 1936)."""
    return float(chi2.ppf(0.975, 2 * (count + 1)) / 2)


def count_alarms(windows: Windows, positive: NDArray[np.bool_]) -> Alarms:
    recognised, true_alarms, false_alarms, leads = 0, 0, 0, []
    for rows in _modules(windows, positive | np.isfinite(windows.lead)):
        time, lead, alarmed = windows.time[rows], windows.lead[rows], positive[rows]
        onset = time[0] + lead[0]
        starts, lasts = _episodes(time[alarmed])
        warned = onset - lasts <= windows.horizon
        true_alarms += int(warned.sum())
        false_alarms += int((~warned).sum())
        if not np.isfinite(onset):
            continue
        in_time = (alarmed & (lead <= windows.horizon) & (lead >= LEAST_LEAD_SECONDS)).any()
        recognised += int(in_time)
        leads.append(float(onset - starts[warned][0]) if in_time else 0.0)
    return Alarms(len(leads), recognised, true_alarms, false_alarms, tuple(leads), windows.module_hours)


def window_metrics(windows: Windows, scores: NDArray) -> dict[str, float]:
    """Ranking quality over windows; NaN never, since every split has both classes."""
    return {
        "average_precision": float(average_precision_score(windows.hazard, scores)),
        "roc_auc": float(roc_auc_score(windows.hazard, scores)),
    }


def all_metrics(windows: Windows, scores: NDArray, threshold: float) -> dict[str, float]:
    positive = scores >= threshold
    recall = float(positive[windows.hazard].mean())
    return {**count_alarms(windows, positive).metrics(), **window_metrics(windows, scores), "window_recall": recall}


def _modules(windows: Windows, of_interest: NDArray[np.bool_]) -> Iterator[slice]:
    """Rows of each module that has a row of interest."""
    modules = np.unique(windows.series[of_interest])
    starts = np.searchsorted(windows.series, modules, side="left")
    yield from map(slice, starts, np.searchsorted(windows.series, modules, side="right"))


def _episodes(times: NDArray) -> tuple[NDArray, NDArray]:
    """First and last positive decision of each alarm."""
    new = np.r_[True, np.diff(times) > OFF_DELAY_SECONDS][: len(times)]
    last = np.r_[new[1:], True][: len(times)]
    return times[new], times[last]
