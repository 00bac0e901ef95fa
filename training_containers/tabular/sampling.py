"""Which windows are trained on: every hazardous one, the sound ones that look most like them, and a random rest.

Sound windows outnumber hazardous ones by hundreds, and nearly all look alike. A quick model trained on random ones
ranks them; its highest are kept (hard negative mining), the others are sampled and weighted for those left out.
Windows of entities with a fault that comes to nothing, or not within the horizon, are no hazard by the outcome alone: a
minute more of the same fault would have made them one. Some of them are kept, at a tenth of the weight.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from xgboost import XGBClassifier

from training_containers.tabular.windows import Windows

RANKING_ROUNDS = 60
DOUBTFUL_WEIGHT = 0.1


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
    """Every hazardous window, `negatives` of sound entities, half of them the hardest, and a quarter as many others."""
    rng = np.random.default_rng(seed)
    positive, sound = np.flatnonzero(windows.hazard), np.flatnonzero(windows.sound)
    doubtful = np.flatnonzero(~windows.hazard & ~windows.sound)
    weights = np.ones(len(windows.lead))
    weights[doubtful] = DOUBTFUL_WEIGHT
    if len(sound) > negatives:
        hard, rest = _hardest(windows, positive, sound, negatives // 2, rng, seed)
        drawn = rng.choice(rest, negatives // 2, replace=False)
        weights[drawn] = len(rest) / len(drawn)
        sound = np.r_[hard, drawn]
    if len(doubtful) > negatives // 4:
        kept = rng.choice(doubtful, negatives // 4, replace=False)
        weights[kept] *= len(doubtful) / len(kept)
        doubtful = kept
    rows = np.sort(np.r_[positive, sound, doubtful])
    return Sample(windows.take(rows), weights[rows])


def _hardest(
    windows: Windows, positive: NDArray, sound: NDArray, count: int, rng: np.random.Generator, seed: int
) -> tuple[NDArray, NDArray]:
    """The sound windows that a quick model takes most for hazardous ones, and the others."""
    rows = np.sort(np.r_[positive, rng.choice(sound, count, replace=False)])
    ranking = XGBClassifier(
        n_estimators=RANKING_ROUNDS, max_depth=4, tree_method="hist", max_bin=64, n_jobs=1, random_state=seed
    )
    ranking.fit(windows.features[rows], windows.hazard[rows])
    order = np.argsort(-ranking.predict_proba(windows.features[sound])[:, 1], kind="stable")
    return sound[order[:count]], sound[order[count:]]
