"""Scores that no model gave to what it had learned from: the threshold and the calibration come of them."""

from dataclasses import dataclass

import numpy as np

from training_containers.tabular.calibration import Calibration, fit_calibration
from training_containers.tabular.comparison import Fitted
from training_containers.tabular.models import hazard_scores
from training_containers.tabular.sampling import Sample
from training_containers.tabular.search import fit_folds
from training_containers.tabular.threshold import Scored
from training_containers.tabular.windows import Windows

THRESHOLD_FOLDS = 5  # more than the search's: their models should be nearly the final one


@dataclass(frozen=True)
class HeldOut:
    """Calibrated scores of windows by models that have not seen their groups."""

    folds: list[Scored]  # the training split's
    validation: Scored
    calibration: Calibration

    @property
    def all(self) -> list[Scored]:
        return [self.validation, *self.folds]


def hold_out(best: Fitted, sample: Sample, train: Windows, validation: Windows, seed: int) -> HeldOut:
    """The calibration is fitted on the training split's folds; the validation split shows what it is worth.

    Every group is in one fold: those that the sample has nothing of, which no model has seen, are in the first.
    """
    folds = []
    held = np.setdiff1d(np.arange(train.groups), sample.windows.group)
    for estimator, unseen in fit_folds(best.candidate, sample, THRESHOLD_FOLDS, seed):
        windows = train.of_groups(np.r_[held, np.unique(sample.windows.group[unseen])])
        held = np.empty(0, np.int64)
        folds.append(Scored(windows, hazard_scores(estimator, windows.features)))
    calibration = fit_calibration(
        np.concatenate([one.scores for one in folds]), np.concatenate([one.windows.hazard for one in folds])
    )
    return HeldOut(
        folds=[Scored(one.windows, calibration.apply(one.scores)) for one in folds],
        validation=Scored(validation, calibration.apply(hazard_scores(best.estimator, validation.features))),
        calibration=calibration,
    )
