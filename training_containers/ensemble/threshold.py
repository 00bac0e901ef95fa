"""The threshold that keeps the false-positive rate on held-out decisions."""

import numpy as np
from numpy.typing import NDArray

SAFETY = 0.5
"""Share of the allowed rate that is aimed at: another day has other nuisances, and the gate reads an interval's end."""


def threshold_for(
    probability: NDArray[np.float64], hazard: NDArray[np.bool_], weight: NDArray[np.float32], rate: float
) -> float:
    """The lowest threshold at which at most `rate` of the calm decisions are taken for hazards.

    Answers are the hazard from the threshold on, so it lies between two answers that occur, never on one. Where too
    many calm decisions share the highest answer it lies above that, perhaps above one, and nothing is a hazard.
    """
    calm, weights = probability[~hazard], weight[~hazard].astype(np.float64)
    order = np.argsort(-calm, kind="stable")
    above = np.cumsum(weights[order]) / weights.sum()
    first = int(np.searchsorted(above, rate, side="right"))  # of the sorted ones, the first that is too many
    if first >= len(calm):
        return 0.0
    forbidden = calm[order[first]]
    higher = probability[probability > forbidden]
    return float((forbidden + higher.min()) / 2) if higher.size else float(np.nextafter(forbidden, np.inf))
