"""Windows of series: features, and how far off each entity's event then is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from inference.contracts.telemetry import Signals, spoken
from inference.tabular.features import Preparation, series_features
from inference.tabular.input import due_decisions
from training_containers.contract import DataFault
from training_containers.tabular.data import Series

CLIP_QUANTILE = 1e-4
LEAST_HAZARDOUS_GROUPS = 2
EVERY = 10  # rows between those that quantiles are taken of

FeaturesOf = Callable[[NDArray, NDArray[np.int64]], NDArray[np.float32]]


@dataclass(frozen=True)
class Windows:
    """One decision a row, sorted by series and time."""

    features: NDArray[np.float32]  # (n, features)
    lead: NDArray[np.float64]  # seconds until the entity's event; inf: none
    series: NDArray[np.int64]  # index of the series
    group: NDArray[np.int64]  # index of the group: what must stay together
    time: NDArray[np.float64]  # seconds since the epoch, of the window's end
    faulty: NDArray[np.bool_]  # the entity has a fault of its own, whatever comes of it
    horizon: float
    signals: Signals
    groups: int  # how many there are, with those that have no window
    refused: int = 0  # decisions that were due and could not be made, for too little was read
    blind: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    """Groups of events for which no decision at all could be made."""

    @property
    def hazard(self) -> NDArray[np.bool_]:
        return self.lead <= self.horizon

    @property
    def sound(self) -> NDArray[np.bool_]:
        """Of an entity with neither a known fault nor an event: what a false alarm is most of all."""
        return np.isinf(self.lead) & ~self.faulty

    def of_groups(self, groups: NDArray) -> "Windows":
        """Everything of these groups, with the events that nothing could see: they are missed at any threshold."""
        taken = self.take(np.flatnonzero(np.isin(self.group, groups)))
        return replace(taken, blind=self.blind[np.isin(self.blind, groups)])

    def take(self, rows: NDArray) -> "Windows":
        """These decisions, to train on and to rank. Events are not counted on them: blind ones have no row."""
        return Windows(
            features=self.features[rows],
            lead=self.lead[rows],
            series=self.series[rows],
            group=self.group[rows],
            time=self.time[rows],
            faulty=self.faulty[rows],
            groups=self.groups,
            horizon=self.horizon,
            signals=self.signals,
        )


def make_windows(series: Sequence[Series], features_of: FeaturesOf, horizon: float, signals: Signals) -> Windows:
    """A decision each `decision_s`, of the windows that serving would judge; those it would refuse are counted.

    Left out: the end of a recording that ends well, for its outcome is unknown.
    """
    outcome = max(horizon, signals.horizon_s)
    groups = {name: number for number, name in enumerate(sorted({one.item.group for one in series}))}
    features, leads, members, times, known_faulty = [], [], [], [], []
    refused, blind = 0, []
    nothing = np.empty((0, len(signals.feature_names)), np.float32)
    for number, one in enumerate(series):
        due = np.arange(signals.history_steps - 1, len(one.grid), signals.decision_steps)
        asked = (due + one.first_step + 1.0) * signals.step_s
        fails = np.isfinite(one.onset)
        due = due[asked < one.onset if fails else asked <= one.ends - outcome]
        ends, accepted = due_decisions(one.grid, due, signals)
        ends = ends[accepted]
        time = (ends + one.first_step + 1.0) * signals.step_s
        refused += len(due) - len(ends)
        if fails and len(due) and not len(ends):
            blind.append(groups[one.item.group])
        features.append(features_of(one.grid, ends) if len(ends) else nothing)
        leads.append(one.onset - time)
        members.append(np.full(len(ends), number))
        times.append(time)
        known_faulty.append(np.full(len(ends), one.item.faulty))
    series_group = np.array([groups[one.item.group] for one in series], np.int64)
    member = np.concatenate(members)
    return Windows(
        features=np.concatenate(features),
        lead=np.concatenate(leads),
        series=member,
        group=series_group[member],
        time=np.concatenate(times),
        faulty=np.concatenate(known_faulty),
        horizon=horizon,
        signals=signals,
        groups=len(groups),
        refused=refused,
        blind=np.array(blind, np.int64),
    )


def fit_preparation(train: Sequence[Series], horizon: float, signals: Signals) -> tuple[Preparation, Windows]:
    """Clipping limits and typical values of the training split, and its windows.

    Raises:
        DataFault: no window is of a sound entity, so there is nothing to tell hazards from or to count false alarms on;
            or fewer than two groups have a hazardous window, so there is none to learn from while one is held out.
    """
    rows = np.concatenate([one.grid[::EVERY] for one in train])
    low, high = np.nanquantile(rows, [CLIP_QUANTILE, 1 - CLIP_QUANTILE], axis=0)
    silent = np.isnan(low)
    limits = {"low": tuple(np.where(silent, 0.0, low).tolist()), "high": tuple(np.where(silent, 0.0, high).tolist())}
    unfilled = Preparation(**limits, typical=(np.nan,) * len(signals.feature_names))
    windows = make_windows(train, lambda grid, ends: series_features(grid, ends, unfilled, signals), horizon, signals)
    if not windows.sound.any():
        needed = signals.history_steps * signals.step_s + max(horizon, signals.horizon_s)
        raise DataFault(
            f"none of the {len(train)} training {signals.entity}s is sound (without '{signals.event}' and "
            f"'{signals.fault}') and recorded for more than {needed / 60:g} minutes; give recordings of "
            f"{signals.entity}s that nothing happens to."
        )
    _require_hazardous_groups(train, windows)
    typical = np.nan_to_num(np.nanmedian(windows.features[::EVERY], axis=0))
    windows.features[:] = np.where(np.isnan(windows.features), typical, windows.features)
    return Preparation(**limits, typical=tuple(typical.tolist())), windows


def _require_hazardous_groups(train: Sequence[Series], windows: Windows) -> None:
    signals = windows.signals
    names = sorted({one.item.group for one in train})
    hazardous = [names[number] for number in np.unique(windows.group[windows.hazard])]
    if len(hazardous) < LEAST_HAZARDOUS_GROUPS:
        raise DataFault(
            f"{len(hazardous)} of the {len(names)} training groups ({signals.site}s, or {signals.entity}s where "
            f"{signals.site}s are few) have a {signals.event} with a decision in the {spoken(windows.horizon)} before "
            f"it{': ' if hazardous else ''}{', '.join(hazardous)}; at least {LEAST_HAZARDOUS_GROUPS} must, for "
            f"cross-validation leaves one out and learns from the others. Give recordings of more {signals.site}s with "
            f"a {signals.event}, read at least every {signals.coarsest_step_s} s for {signals.history} before."
        )
