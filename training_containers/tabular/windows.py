"""Windows of series: features, and how far off each module's runaway then is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from inference.contracts.telemetry import HISTORY_STEPS, HORIZON_SECONDS, STEP_SECONDS
from inference.tabular.features import FEATURE_NAMES, Preparation, series_features
from inference.tabular.input import DECISION_STEPS, due_decisions
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
    lead: NDArray[np.float64]  # seconds until the module's runaway; inf: none
    series: NDArray[np.int64]  # index of the series
    group: NDArray[np.int64]  # index of the group: what must stay together
    time: NDArray[np.float64]  # seconds since the epoch, of the window's end
    faulty: NDArray[np.bool_]  # the module has a fault of its own, whatever comes of it
    horizon: float
    groups: int  # how many there are, with those that have no window
    refused: int = 0  # decisions that were due and could not be made, for too little was read
    blind: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    """Groups of runaways for which no decision at all could be made."""

    @property
    def hazard(self) -> NDArray[np.bool_]:
        return self.lead <= self.horizon

    @property
    def sound(self) -> NDArray[np.bool_]:
        """Of a module that neither has a known fault nor runs away: what a false alarm is most of all."""
        return np.isinf(self.lead) & ~self.faulty

    def of_groups(self, groups: NDArray) -> "Windows":
        """Everything of these groups, with the runaways that nothing could see: they are missed at any threshold."""
        taken = self.take(np.flatnonzero(np.isin(self.group, groups)))
        return replace(taken, blind=self.blind[np.isin(self.blind, groups)])

    def take(self, rows: NDArray) -> "Windows":
        """These decisions, to train on and to rank. Runaways are not counted on them: blind ones have no row."""
        return Windows(
            features=self.features[rows],
            lead=self.lead[rows],
            series=self.series[rows],
            group=self.group[rows],
            time=self.time[rows],
            faulty=self.faulty[rows],
            groups=self.groups,
            horizon=self.horizon,
        )


def make_windows(series: Sequence[Series], features_of: FeaturesOf, horizon: float) -> Windows:
    """A decision a minute, of the windows that serving would judge; those it would refuse are counted.

    Left out: the end of a recording that ends well, for its outcome is unknown.
    """
    outcome = max(horizon, HORIZON_SECONDS)
    groups = {name: number for number, name in enumerate(sorted({one.item.group for one in series}))}
    features, leads, members, times, known_faulty = [], [], [], [], []
    refused, blind = 0, []
    for number, one in enumerate(series):
        due = np.arange(HISTORY_STEPS - 1, len(one.grid), DECISION_STEPS)
        asked = (due + one.first_step + 1.0) * STEP_SECONDS
        fails = np.isfinite(one.onset)
        due = due[asked < one.onset if fails else asked <= one.ends - outcome]
        ends, accepted = due_decisions(one.grid, due)
        ends = ends[accepted]
        time = (ends + one.first_step + 1.0) * STEP_SECONDS
        refused += len(due) - len(ends)
        if fails and len(due) and not len(ends):
            blind.append(groups[one.item.group])
        features.append(features_of(one.grid, ends) if len(ends) else np.empty((0, len(FEATURE_NAMES)), np.float32))
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
        groups=len(groups),
        refused=refused,
        blind=np.array(blind, np.int64),
    )


def fit_preparation(train: Sequence[Series], horizon: float) -> tuple[Preparation, Windows]:
    """Clipping limits and typical values of the training split, and its windows.

    Raises:
        DataFault: no window is of a sound module, so there is nothing to tell hazards from or to count false alarms on;
            or fewer than two groups have a hazardous window, so there is none to learn from while one is held out.
    """
    rows = np.concatenate([one.grid[::EVERY] for one in train])
    low, high = np.nanquantile(rows, [CLIP_QUANTILE, 1 - CLIP_QUANTILE], axis=0)
    silent = np.isnan(low)
    limits = {"low": tuple(np.where(silent, 0.0, low).tolist()), "high": tuple(np.where(silent, 0.0, high).tolist())}
    unfilled = Preparation(**limits, typical=(np.nan,) * len(FEATURE_NAMES))
    windows = make_windows(train, lambda grid, ends: series_features(grid, ends, unfilled), horizon)
    if not windows.sound.any():
        needed = HISTORY_STEPS * STEP_SECONDS + max(horizon, HORIZON_SECONDS)
        raise DataFault(
            f"none of the {len(train)} training modules is sound (it does not run away, and has no 'fault') and "
            f"recorded for more than {needed / 60:g} minutes; give recordings of modules that nothing happens to."
        )
    _require_hazardous_groups(train, windows)
    typical = np.nan_to_num(np.nanmedian(windows.features[::EVERY], axis=0))
    windows.features[:] = np.where(np.isnan(windows.features), typical, windows.features)
    return Preparation(**limits, typical=tuple(typical.tolist())), windows


def _require_hazardous_groups(train: Sequence[Series], windows: Windows) -> None:
    names = sorted({one.item.group for one in train})
    hazardous = [names[number] for number in np.unique(windows.group[windows.hazard])]
    if len(hazardous) < LEAST_HAZARDOUS_GROUPS:
        raise DataFault(
            f"{len(hazardous)} of the {len(names)} training groups (sites, or modules where sites are few) have a "
            f"runaway with a decision in the {windows.horizon / 60:g} minutes before it"
            f"{': ' if hazardous else ''}{', '.join(hazardous)}; at least {LEAST_HAZARDOUS_GROUPS} must, for "
            "cross-validation leaves one out and learns from the others. Give recordings of runaways at more sites, "
            f"read at least every 30 seconds for {HISTORY_STEPS * STEP_SECONDS / 60:g} minutes before."
        )
