"""How held-out windows are distributed, healthy ones as often as there are: drift is measured against it."""

import numpy as np
from numpy.typing import NDArray

from inference.captured import captured
from inference.contracts import Baseline
from inference.tabular.predictor import HazardDetector
from training_containers.packaging import make_baseline

ENOUGH = 20_000
"""Windows that a baseline is made of, evenly spaced among all there are: a tenth of them is told to within 0.5 %."""


def baseline_of(detector: HazardDetector, features: NDArray[np.float32]) -> Baseline:
    """Of windows (n, features) that serving would judge, each one as its capture would have it."""
    features = features[np.linspace(0, len(features) - 1, min(ENOUGH, len(features))).astype(np.int64)]
    clear, hazard = detector.signals.classes
    scores = detector.probabilities(features).astype(np.float64)
    return make_baseline(
        labels=np.where(scores >= detector.threshold, hazard, clear).tolist(),
        scores={clear: 1 - scores, hazard: scores},
        features=dict(zip(detector.contract.features, captured(features).T, strict=True)),
    )
