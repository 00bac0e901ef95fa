"""From a model's scores to probabilities: beta calibration (Kull, Silva Filho and Flach, AISTATS 2017).

`log odds = a * ln(score) - b * ln(1 - score) + c`, fitted to scores of windows whose groups the scoring models have not
seen. They are all the windows there are, not the sample that models are trained on, so the probabilities have the
training data's own share of hazards: what the sample leaves out and what class weights blow up is taken back. Ranks
do not change, since a and b are not negative.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

LEAST = 1e-6
"""Scores are kept this far from 0 and 1; float32 tells 1 - LEAST from 1."""
STEEPEST, STEEPEST_C = 20.0, 50.0
SLOPE_LEAST = 1e-3
"""So that ranks are kept."""


class Calibration(NamedTuple):
    a: float = 1.0
    b: float = 1.0
    c: float = 0.0

    def apply(self, scores: NDArray) -> NDArray[np.float64]:
        return expit(_terms(scores) @ np.array(self))


def fit_calibration(scores: NDArray, hazard: NDArray[np.bool_]) -> Calibration:
    """The likeliest of these."""
    terms = _terms(scores)
    truth = hazard.astype(np.float64)

    def loss(parameters: NDArray) -> tuple[float, NDArray]:
        odds = terms @ parameters
        return float(np.mean(np.logaddexp(0.0, odds) - truth * odds)), terms.T @ (expit(odds) - truth) / len(truth)

    bounds = [(SLOPE_LEAST, STEEPEST), (SLOPE_LEAST, STEEPEST), (-STEEPEST_C, STEEPEST_C)]
    found = minimize(loss, np.array(Calibration()), jac=True, bounds=bounds, method="L-BFGS-B")
    return Calibration(*found.x.tolist())


def _terms(scores: NDArray) -> NDArray[np.float64]:
    clipped = np.clip(np.asarray(scores, np.float64), LEAST, 1 - LEAST)
    return np.column_stack([np.log(clipped), -np.log1p(-clipped), np.ones(len(clipped))])
