"""From out-of-fold scores to how the members speak together: calibrations, tier 3, the winner, the thresholds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.contracts.zones import ZoneSignals
from inference.sensor_zones.combine import BestMember, Calibration, Combiner
from inference.sensor_zones.features import feature_names
from inference.sensor_zones.package_input import EnsembleInput, MemberInput
from training_containers.ensemble.calibration import calibrated, calibrations, cross_calibrated
from training_containers.ensemble.combine import fit_combiners
from training_containers.ensemble.config import EnsembleHyperparameters
from training_containers.ensemble.judged import Decisions, Judged
from training_containers.ensemble.members import OutOfFold, Trained
from training_containers.ensemble.threshold import SAFETY, threshold_for


@dataclass(frozen=True)
class Way:
    """One way from the members' probabilities to an answer: tier 3's, or one member alone."""

    name: str
    combiner: Combiner
    threshold: float
    metrics: dict[str, float]
    """On the validation split."""


@dataclass(frozen=True)
class Choice:
    """What a package needs beside the graph, and how it came about."""

    contract: EnsembleInput
    threshold: float
    ways: tuple[Way, ...]
    """Of tier 3, the winner or not."""
    alone: tuple[Way, ...]
    """Each member, in order."""
    best_member: int


def choose(
    trained: Sequence[Trained],
    found: OutOfFold,
    scores: NDArray[np.float64],
    decisions: Decisions,
    signals: ZoneSignals,
    settings: EnsembleHyperparameters,
) -> Choice:
    """The winner is whichever answers the validation split with the highest recall at the allowed false-positive rate.

    Args:
        found: of the training split; calibrations and ways to combine are fitted on it.
        scores: (decisions, members) raw scores of the validation split, which nothing was fitted on.
    """
    lines = calibrations(found)
    probabilities = calibrated(scores, lines)
    combiners: Sequence[Combiner] = ()
    if len(trained) > 1:
        combiners = fit_combiners(cross_calibrated(found), found.hazard, found.weight, found.group, settings.seed)
    ways = tuple(_way(one.kind, one, probabilities, decisions, settings) for one in combiners)
    alone = tuple(
        _way(one.member.name, BestMember(member=number), probabilities, decisions, settings)
        for number, one in enumerate(trained)
    )
    winner = max((*alone, *ways), key=_worth)  # of equals the first: a way to combine must beat the best member
    thresholds = [way.threshold for way in alone]
    contract = EnsembleInput(
        signals=signals,
        features=feature_names(signals),
        members=tuple(input_of(*each) for each in zip(trained, lines, thresholds, strict=True)),
        combiner=winner.combiner,
    )
    return Choice(contract, winner.threshold, ways, alone, alone.index(max(alone, key=_worth)))


def input_of(one: Trained, calibration: Calibration, threshold: float) -> MemberInput:
    """What the package says of a member."""
    member = one.member
    return MemberInput(
        name=member.name, tier=member.tier, reads=member.reads, calibration=calibration, threshold=threshold
    )


def _way(
    name: str, combiner: Combiner, probabilities: NDArray, decisions: Decisions, settings: EnsembleHyperparameters
) -> Way:
    answers = combiner.apply(probabilities)
    equal = np.ones(len(answers), np.float32)
    threshold = threshold_for(answers, decisions.hazard, equal, settings.false_positive_rate * SAFETY)
    return Way(name, combiner, threshold, Judged.at(decisions, answers, threshold).metrics())


def _worth(way: Way) -> tuple[float, float]:
    return way.metrics["recall"], way.metrics["average_precision"]
