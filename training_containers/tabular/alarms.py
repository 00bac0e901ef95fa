"""What an operator gets: alarms and missed runaways, not windows.

A module is judged once a minute. Positive decisions with pauses under ten minutes are one alarm (an off-delay, as in
ISA-18.2 / IEC 62682). A runaway is recognised when a decision between one minute and the horizon before it is positive.

An alarm on a module that does not run away counts once for each hour it has begun, so one that stands is not cheaper
than many short ones. It is false, whether the module is sound or has a fault that comes to nothing; the two are also
told apart. An alarm on a module that runs away is true when it lasts into the horizon before the runaway. What stands
before that (each whole hour of a true alarm, each begun hour of one that ended too soon) is early: counted apart,
since something was wrong. Exposure is every module-minute that was judged; the horizon is the domain's, whatever a run
was trained with, so that runs can be compared.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inference.contracts.telemetry import DECISION_SECONDS, HORIZON_SECONDS
from training_containers.tabular.windows import Windows

OFF_DELAY_SECONDS = 600.0
LEAST_LEAD_SECONDS = 60.0
HOUR = 3600.0
PER = 1000.0
"""Module-hours that rates are told for."""

Counts = NDArray[np.float64]


class Tally(NamedTuple):
    """By group of the windows, each of shape (groups,); weighted by how often a group is drawn, sums stay sums."""

    events: Counts
    recognised: Counts
    true_alarms: Counts
    false_sound: Counts
    false_faulty: Counts
    early: Counts
    sound_hours: Counts
    faulty_hours: Counts
    failing_hours: Counts

    def total(self, weights: Counts | None = None) -> "Tally":
        """The same, each summed over the groups to shape ()."""
        return Tally(*(np.asarray(values.sum() if weights is None else weights @ values) for values in self))

    @property
    def false_alarms(self) -> Counts:
        return self.false_sound + self.false_faulty

    @property
    def hours(self) -> Counts:
        """Of modules that do not run away."""
        return self.sound_hours + self.faulty_hours


@dataclass(frozen=True)
class Alarms:
    """`leads`: seconds from an alarm's start to the runaway, one an event, 0 for a missed one; with their groups."""

    by_group: Tally
    leads: NDArray[np.float64]
    lead_groups: NDArray[np.int64]

    def recall(self, weights: Counts | None = None) -> float:
        total = self.by_group.total(weights)
        return _ratio(total.recognised, total.events)

    def false_per_1000_hours(self, weights: Counts | None = None) -> float:
        total = self.by_group.total(weights)
        return PER * _ratio(total.false_alarms, total.hours)

    def median_lead(self, weights: Counts | None = None) -> float:
        leads = self.leads if weights is None else np.repeat(self.leads, weights[self.lead_groups].astype(np.int64))
        return float(np.median(leads)) if len(leads) else float("nan")

    def metrics(self) -> dict[str, float]:
        """Finite numbers only: what nothing was observed of is 0."""
        total = self.by_group.total()
        leads = np.percentile(self.leads, [10, 50, 90]) if len(self.leads) else np.zeros(3)
        return {
            "hazard_recall": _or_zero(self.recall()),
            "false_alarms_per_1000_module_hours": _or_zero(self.false_per_1000_hours()),
            "false_alarms_per_1000_sound_module_hours": _or_zero(PER * _ratio(total.false_sound, total.sound_hours)),
            "false_alarms_per_1000_faulty_module_hours": _or_zero(PER * _ratio(total.false_faulty, total.faulty_hours)),
            "precision": _or_zero(_ratio(total.true_alarms, total.true_alarms + total.false_alarms)),
            "lead_time_p10_s": float(leads[0]),
            "lead_time_p50_s": float(leads[1]),
            "lead_time_p90_s": float(leads[2]),
            "events": float(total.events),
            "false_alarms": float(total.false_alarms),
            "false_alarms_sound": float(total.false_sound),
            "false_alarms_faulty": float(total.false_faulty),
            "early_alarms": float(total.early),
            "module_hours": float(total.hours),
            "sound_module_hours": float(total.sound_hours),
            "failing_module_hours": float(total.failing_hours),
        }


class AlarmCounter:
    """Counts alarms of many decisions on the same windows; what does not depend on the decisions is counted once."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._groups = windows.groups
        failing = np.isfinite(windows.lead)
        self._modules, first = np.unique(windows.series[failing], return_index=True)
        self._module_groups = windows.group[failing][first]
        self._sound, self._faulty = ~failing & ~windows.faulty, ~failing & windows.faulty
        hours = DECISION_SECONDS / HOUR
        self._sound_hours = hours * self._by_group(windows.group[self._sound])
        self._faulty_hours = hours * self._by_group(windows.group[self._faulty])
        self._failing_hours = hours * self._by_group(windows.group[failing])

    def count(self, positive: NDArray[np.bool_]) -> Alarms:
        """Of decisions, one a window. A runaway none of whose windows could be judged is missed."""
        windows = self._windows
        rows = np.flatnonzero(positive)
        first, last = _episodes(windows, rows)
        group, onset = windows.group[first], windows.time[first] + windows.lead[first]
        begun = np.floor((windows.time[last] - windows.time[first]) / HOUR) + 1
        warned = onset - windows.time[last] <= HORIZON_SECONDS
        fails, sound, faulty = np.isfinite(onset), self._sound[first], self._faulty[first]
        whole = np.floor(np.maximum(windows.lead[first] - HORIZON_SECONDS, 0.0) / HOUR)  # hours before the horizon
        early = np.where(fails, np.where(warned, whole, begun), 0.0)
        in_time = rows[(windows.lead[rows] <= HORIZON_SECONDS) & (windows.lead[rows] >= LEAST_LEAD_SECONDS)]
        recognised = np.isin(self._modules, windows.series[in_time])
        leads = np.zeros(len(self._modules))
        alarmed, earliest = np.unique(windows.series[first[warned]], return_index=True)  # rows are in order of time
        leads[np.isin(self._modules, alarmed)] = (onset - windows.time[first])[warned][earliest]
        blind = windows.blind
        tally = Tally(
            events=self._by_group(np.r_[self._module_groups, blind]),
            recognised=self._by_group(self._module_groups[recognised]),
            true_alarms=self._by_group(group[warned]),
            false_sound=self._by_group(group[sound], begun[sound]),
            false_faulty=self._by_group(group[faulty], begun[faulty]),
            early=self._by_group(group, early),
            sound_hours=self._sound_hours,
            faulty_hours=self._faulty_hours,
            failing_hours=self._failing_hours,
        )
        return Alarms(
            tally, np.r_[np.where(recognised, leads, 0.0), np.zeros(len(blind))], np.r_[self._module_groups, blind]
        )

    def _by_group(self, groups: NDArray, weights: NDArray | None = None) -> Counts:
        return np.bincount(groups, weights, minlength=self._groups).astype(np.float64)


def count_alarms(windows: Windows, positive: NDArray[np.bool_]) -> Alarms:
    return AlarmCounter(windows).count(positive)


def _episodes(windows: Windows, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last positive row of each alarm; `rows` are the positive ones, in order of module and time."""
    if not len(rows):
        return rows, rows
    pause = np.diff(windows.time[rows]) > OFF_DELAY_SECONDS
    new = np.r_[True, pause | (np.diff(windows.series[rows]) != 0)]
    return rows[new], rows[np.r_[new[1:], True]]


def _ratio(part: Counts, whole: Counts) -> float:
    return float(part / whole) if whole else float("nan")


def _or_zero(value: float) -> float:
    return 0.0 if np.isnan(value) else value
