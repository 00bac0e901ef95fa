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

import numpy as np
from numpy.typing import NDArray

from training_containers.tabular.alarm_figures import Alarms, Counts, Tally
from training_containers.tabular.windows import Windows

HOUR = 3600.0


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


def count_alarms(windows: Windows, positive: NDArray[np.bool_]) -> Alarms:
    return AlarmCounter(windows).count(positive)


def _episodes(windows: Windows, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last positive row of each alarm; `rows` are the positive ones, in order of entity and time."""
    if not len(rows):
        return rows, rows
    pause = np.diff(windows.time[rows]) > windows.signals.off_delay_s
    new = np.r_[True, pause | (np.diff(windows.series[rows]) != 0)]
    return rows[new], rows[np.r_[new[1:], True]]
