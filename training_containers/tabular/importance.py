"""Global importance: how much average precision falls when a channel's features are shuffled among windows."""

import numpy as np
from sklearn.metrics import average_precision_score

from inference.tabular.features import of_channel
from inference.tabular.predictor import HazardDetector
from training_containers.tabular.sampling import Sample

REPEATS = 3


def channel_importance(detector: HazardDetector, sample: Sample, seed: int) -> dict[str, float]:
    """By measured channel, largest first, through the served model (permutation importance on held-out windows).

    What is derived from a channel is shuffled with it: else the derived feature would go on telling its value.
    """
    rng = np.random.default_rng(seed)
    whole = _average_precision(detector, sample, sample.features)
    losses = {}
    for name in detector.signals.channel_names:
        columns = of_channel(detector.signals, name)
        shuffled = []
        for _ in range(REPEATS):
            features = sample.features.copy()
            features[:, columns] = features[rng.permutation(len(features))][:, columns]
            shuffled.append(_average_precision(detector, sample, features))
        losses[name] = whole - float(np.mean(shuffled))
    return dict(sorted(losses.items(), key=lambda entry: -entry[1]))


def _average_precision(detector: HazardDetector, sample: Sample, features: np.ndarray) -> float:
    scores = detector.probabilities(features)
    return float(average_precision_score(sample.hazard, scores, sample_weight=sample.weights))
