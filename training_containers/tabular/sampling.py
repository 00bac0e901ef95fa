"""Which windows are trained on: every hazardous one, the healthy ones that look most like them, and a random rest.

Healthy windows outnumber hazardous ones by hundreds, and nearly all look alike. A quick model trained on random ones
ranks them; its highest are kept (hard negative mining), the others are sampled and weighted for those left out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from xgboost import XGBClassifier

from training_containers.tabular.windows import Windows

RANKING_ROUNDS = 60


@dataclass(frozen=True)
class Sample:
    """`weights` make the sample stand for all the windows it was drawn from."""

    windows: Windows
    weights: NDArray[np.float64]

    @property
    def features(self) -> NDArray[np.float32]:
        return self.windows.features

    @property
    def hazard(self) -> NDArray[np.bool_]:
        return self.windows.hazard

    def take(self, rows: NDArray) -> "Sample":
        return Sample(self.windows.take(rows), self.weights[rows])


def draw_sample(windows: Windows, negatives: int, seed: int) -> Sample:
    rng = np.random.default_rng(seed)
    positive, healthy = np.flatnonzero(windows.hazard), np.flatnonzero(~windows.hazard)
    if len(healthy) <= negatives:
        return Sample(windows, np.ones(len(windows.lead)))
    half = negatives // 2
    rows = np.sort(np.r_[positive, rng.choice(healthy, half, replace=False)])
    ranking = XGBClassifier(
        n_estimators=RANKING_ROUNDS, max_depth=4, tree_method="hist", max_bin=64, n_jobs=1, random_state=seed
    )
    ranking.fit(windows.features[rows], windows.hazard[rows])
    scores = ranking.predict_proba(windows.features[healthy])[:, 1]
    order = np.argsort(-scores, kind="stable")
    hard, rest = healthy[order[:half]], healthy[order[half:]]
    drawn = rng.choice(rest, half, replace=False)
    weights = np.ones(len(windows.lead))
    weights[drawn] = len(rest) / half
    rows = np.sort(np.r_[positive, hard, drawn])
    return Sample(windows.take(rows), weights[rows])
