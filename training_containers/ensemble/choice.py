"""From out-of-fold scores to how the members speak together: calibrations, tier 3, the winner, the thresholds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.contracts.zones import ZoneSignals
from inference.sensor_zones.combine import BestMember, Combiner
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
    combiner: Combiner
    threshold: float


@dataclass(frozen=True)
class Choice:
    """What a package needs beside the graph, and how it came about."""

    contract: EnsembleInput
    threshold: float
    validation: dict[str, dict[str, float]]
    """Way to combine, or member -> its metrics on the validation split."""
    best_member: int
    ways: tuple[Way, ...]
    """To combine the members, the winner or not."""


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
    combiners = fit_combiners(cross_calibrated(found), found.hazard, found.weight, found.group, settings.seed)
    alone = tuple(BestMember(member=number) for number in range(len(trained)))
    names = [*(one.kind for one in combiners), *(one.member.name for one in trained)]
    judged = {
        name: _judged(one, probabilities, decisions, settings)
        for name, one in zip(names, (*combiners, *alone), strict=True)
    }
    validation = {name: one.metrics() for name, one in judged.items()}
    ranked = sorted(names, key=lambda name: _worth(validation[name]), reverse=True)
    winner: Combiner = dict(zip(names, (*combiners, *alone), strict=True))[ranked[0]]
    members = [one.member.name for one in trained]
    best_member = members.index(next(name for name in ranked if name in members))
    contract = EnsembleInput(
        signals=signals,
        features=feature_names(signals),
        members=tuple(
            MemberInput(
                name=one.member.name,
                tier=one.member.tier,
                reads=one.member.reads,
                calibration=line,
                threshold=_threshold(probabilities[:, number], decisions, settings),
            )
            for number, (one, line) in enumerate(zip(trained, lines, strict=True))
        ),
        combiner=winner,
    )
    threshold = _threshold(winner.apply(probabilities), decisions, settings)
    ways = tuple(Way(one, _threshold(one.apply(probabilities), decisions, settings)) for one in combiners)
    return Choice(contract, threshold, validation, best_member, ways)


def _judged(one: Combiner, probabilities: NDArray, decisions: Decisions, settings: EnsembleHyperparameters) -> Judged:
    answers = one.apply(probabilities)
    return Judged.at(decisions, answers, _threshold(answers, decisions, settings))


def _threshold(answers: NDArray[np.float64], decisions: Decisions, settings: EnsembleHyperparameters) -> float:
    """Between 0 and 1: a member that knows nothing has one above all its answers."""
    equal = np.ones(len(answers), np.float32)
    return min(threshold_for(answers, decisions.hazard, equal, settings.false_positive_rate * SAFETY), 1.0)


def _worth(metrics: dict[str, float]) -> tuple[float, float]:
    return metrics["recall"], metrics["average_precision"]
