"""What counted alarms amount to: recall, false alarms in 1,000 hours, precision and lead times."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inference.contracts.telemetry import Signals

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


def recall_metric(signals: Signals) -> str:
    """Share of the events that were recognised."""
    return f"{signals.hazard}_recall"


def false_alarm_metric(signals: Signals, kind: str = "") -> str:
    """Rate of false alarms, on all entities without an event or on `sound_` or `faulty_` ones."""
    return f"false_alarms_per_{PER:.0f}_{kind}{signals.entity}_hours"


def _ratio(part: Counts, whole: Counts) -> float:
    return float(part / whole) if whole else float("nan")


def _or_zero(value: float) -> float:
    return 0.0 if np.isnan(value) else value
