"""What an operator gets: alarms and missed events, not windows.

An entity is judged every `decision_s`. Positive decisions with pauses up to `off_delay_s` are one alarm (an off-delay,
as in ISA-18.2 / IEC 62682). An event is recognised when a decision between `least_warning_s` and the horizon before it
is positive.

An alarm on an entity without an event counts once for each hour it has begun, so one that stands is not cheaper than
many short ones. It is false, whether the entity is sound or has a fault that comes to nothing; the two are also told
apart. An alarm on an entity with an event is true when it lasts into the horizon before the event. What stands before
that (each whole hour of a true alarm, each begun hour of one that ended too soon) is early: counted apart, since
something was wrong. Exposure is all time that was judged; the horizon is the domain's, whatever a run was trained with,
so that runs can be compared. All these numbers are those of the domain's `Signals`.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inference.contracts.telemetry import Signals
from training_containers.tabular.windows import Windows

HOUR = 3600.0
PER = 1000.0
"""Hours of entities that rates are told for."""

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
        """Of entities without an event."""
        return self.sound_hours + self.faulty_hours


@dataclass(frozen=True)
class Alarms:
    """`leads`: seconds from an alarm's start to the event, 0 for a missed one; with their groups."""

    signals: Signals
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
            recall_metric(self.signals): _or_zero(self.recall()),
            **{name: _or_zero(PER * _ratio(count, hours)) for name, (count, hours) in self.false_alarms().items()},
            "precision": _or_zero(_ratio(total.true_alarms, total.true_alarms + total.false_alarms)),
            "lead_time_p10_s": float(leads[0]),
            "lead_time_p50_s": float(leads[1]),
            "lead_time_p90_s": float(leads[2]),
            "events": float(total.events),
            "false_alarms": float(total.false_alarms),
            "false_alarms_sound": float(total.false_sound),
            "false_alarms_faulty": float(total.false_faulty),
            "early_alarms": float(total.early),
            f"{self.signals.entity}_hours": float(total.hours),
            f"sound_{self.signals.entity}_hours": float(total.sound_hours),
            f"failing_{self.signals.entity}_hours": float(total.failing_hours),
        }

    def false_alarms(self) -> dict[str, tuple[Counts, Counts]]:
        """Metric of a rate -> false alarms and the hours they happened in."""
        total = self.by_group.total()
        return {
            false_alarm_metric(self.signals): (total.false_alarms, total.hours),
            false_alarm_metric(self.signals, "sound_"): (total.false_sound, total.sound_hours),
            false_alarm_metric(self.signals, "faulty_"): (total.false_faulty, total.faulty_hours),
        }


class AlarmCounter:
    """Counts alarms of many decisions on the same windows; what does not depend on the decisions is counted once."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._groups = windows.groups
        failing = np.isfinite(windows.lead)
        self._entities, first = np.unique(windows.series[failing], return_index=True)
        self._entity_groups = windows.group[failing][first]
        self._sound, self._faulty = ~failing & ~windows.faulty, ~failing & windows.faulty
        hours = windows.signals.decision_s / HOUR
        self._sound_hours = hours * self._by_group(windows.group[self._sound])
        self._faulty_hours = hours * self._by_group(windows.group[self._faulty])
        self._failing_hours = hours * self._by_group(windows.group[failing])

    def count(self, positive: NDArray[np.bool_]) -> Alarms:
        """Of decisions, one a window. An event none of whose windows could be judged is missed."""
        windows, signals = self._windows, self._windows.signals
        rows = np.flatnonzero(positive)
        first, last = _episodes(windows, rows)
        group, onset = windows.group[first], windows.time[first] + windows.lead[first]
        begun = np.floor((windows.time[last] - windows.time[first]) / HOUR) + 1
        warned = onset - windows.time[last] <= signals.horizon_s
        fails, sound, faulty = np.isfinite(onset), self._sound[first], self._faulty[first]
        whole = np.floor(np.maximum(windows.lead[first] - signals.horizon_s, 0.0) / HOUR)  # hours before the horizon
        early = np.where(fails, np.where(warned, whole, begun), 0.0)
        in_time = rows[(windows.lead[rows] <= signals.horizon_s) & (windows.lead[rows] >= signals.least_warning_s)]
        recognised = np.isin(self._entities, windows.series[in_time])
        leads = np.zeros(len(self._entities))
        alarmed, earliest = np.unique(windows.series[first[warned]], return_index=True)  # rows are in order of time
        leads[np.isin(self._entities, alarmed)] = (onset - windows.time[first])[warned][earliest]
        blind = windows.blind
        tally = Tally(
            events=self._by_group(np.r_[self._entity_groups, blind]),
            recognised=self._by_group(self._entity_groups[recognised]),
            true_alarms=self._by_group(group[warned]),
            false_sound=self._by_group(group[sound], begun[sound]),
            false_faulty=self._by_group(group[faulty], begun[faulty]),
            early=self._by_group(group, early),
            sound_hours=self._sound_hours,
            faulty_hours=self._faulty_hours,
            failing_hours=self._failing_hours,
        )
        return Alarms(
            signals=signals,
            by_group=tally,
            leads=np.r_[np.where(recognised, leads, 0.0), np.zeros(len(blind))],
            lead_groups=np.r_[self._entity_groups, blind],
        )

    def _by_group(self, groups: NDArray, weights: NDArray | None = None) -> Counts:
        return np.bincount(groups, weights, minlength=self._groups).astype(np.float64)


def recall_metric(signals: Signals) -> str:
    """Share of the events that were recognised."""
    return f"{signals.hazard}_recall"


def false_alarm_metric(signals: Signals, kind: str = "") -> str:
    """Rate of false alarms, on all entities without an event or on `sound_` or `faulty_` ones."""
    return f"false_alarms_per_{PER:.0f}_{kind}{signals.entity}_hours"


def count_alarms(windows: Windows, positive: NDArray[np.bool_]) -> Alarms:
    return AlarmCounter(windows).count(positive)


def _episodes(windows: Windows, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last positive row of each alarm; `rows` are the positive ones, in order of entity and time."""
    if not len(rows):
        return rows, rows
    pause = np.diff(windows.time[rows]) > windows.signals.off_delay_s
    new = np.r_[True, pause | (np.diff(windows.series[rows]) != 0)]
    return rows[new], rows[np.r_[new[1:], True]]


def _ratio(part: Counts, whole: Counts) -> float:
    return float(part / whole) if whole else float("nan")


def _or_zero(value: float) -> float:
    return 0.0 if np.isnan(value) else value
