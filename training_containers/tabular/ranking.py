"""Average precision of hazardous windows among sound ones, with groups drawn anew: a bootstrap without sorting again.

Windows of entities with a fault that comes to nothing, or not yet, are neither: how many there are and how near they
come is up to who recorded them, and a detector that ranks them high is no worse for it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training_containers.tabular.windows import Windows


@dataclass(frozen=True)
class Ranking:
    """For each distinct score of a hazardous window, falling: windows of each group that score at least as high."""

    hazardous: NDArray[np.float32]  # (scores, groups)
    healthy: NDArray[np.float32]  # (scores, groups)

    @classmethod
    def of(cls, windows: Windows, scores: NDArray) -> "Ranking":
        levels = np.unique(scores[windows.hazard])[::-1]
        return cls(
            _at_least(levels, scores[windows.hazard], windows.group[windows.hazard], windows.groups),
            _at_least(levels, scores[windows.sound], windows.group[windows.sound], windows.groups),
        )

    def average_precision(self, weights: NDArray | None = None) -> float:
        """As scikit-learn defines it, with each group counted `weights` times; NaN without a hazardous window."""
        weights = np.ones(self.hazardous.shape[1]) if weights is None else weights
        hazardous, healthy = self.hazardous @ weights, self.healthy @ weights
        if not len(hazardous) or not hazardous[-1]:
            return float("nan")
        precision = hazardous / np.maximum(hazardous + healthy, 1)
        return float(precision @ np.diff(hazardous, prepend=0.0) / hazardous[-1])


def _at_least(levels: NDArray, scores: NDArray, groups: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    """How many of the scores reach each level, by group; float32 holds whole numbers up to 16 million."""
    reached = np.searchsorted(-levels, -scores, side="left")  # the first, highest level that is not above the score
    inside = reached < len(levels)
    table = np.bincount(reached[inside] * count + groups[inside], minlength=len(levels) * count)
    return np.cumsum(table.reshape(len(levels), count), axis=0).astype(np.float32)
