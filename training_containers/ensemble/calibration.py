"""Members' scores become probabilities: isotonic regression on decisions that the member has not been trained on."""

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import average_precision_score

from inference.sensor_zones.combine import Calibration
from training_containers.ensemble.members import OutOfFold

MOST_KNOTS = 64


def calibrate(scores: NDArray[np.float64], hazard: NDArray[np.bool_], weight: NDArray[np.float32]) -> Calibration:
    """The isotonic fit as a line of at most MOST_KNOTS knots; weighted, so that it is right at the true prevalence."""
    fitted = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(scores, hazard, sample_weight=weight)
    x, p = np.asarray(fitted.X_thresholds_, np.float64), np.asarray(fitted.y_thresholds_, np.float64)
    kept = np.unique(np.linspace(0, len(x) - 1, min(len(x), MOST_KNOTS)).round().astype(int))
    x, first = np.unique(x[kept], return_index=True)
    return Calibration(scores=tuple(x.tolist()), probabilities=tuple(np.maximum.accumulate(p[kept][first]).tolist()))


def calibrations(found: OutOfFold) -> tuple[Calibration, ...]:
    """Of each member, in order."""
    return tuple(calibrate(column, found.hazard, found.weight) for column in found.scores.T)


def calibrated(scores: NDArray[np.float64], each: tuple[Calibration, ...]) -> NDArray[np.float64]:
    """(n, members) raw scores as probabilities."""
    return np.stack([one.apply(scores[:, number]) for number, one in enumerate(each)], axis=1)


def cross_calibrated(found: OutOfFold) -> NDArray[np.float64]:
    """Out-of-fold probabilities, each by a calibration that has not seen its own fold: what tier 3 is fitted on."""
    result = np.empty_like(found.scores)
    for fold in np.unique(found.fold):
        held, rest = found.fold == fold, found.fold != fold
        others = tuple(calibrate(column[rest], found.hazard[rest], found.weight[rest]) for column in found.scores.T)
        result[held] = calibrated(found.scores[held], others)
    return result


def precision_out_of_fold(found: OutOfFold) -> float:
    """Average precision of the members' mean on decisions that they have not seen: by what a tuning job compares."""
    mean = cross_calibrated(found).mean(axis=1)
    return float(average_precision_score(found.hazard, mean, sample_weight=found.weight))
