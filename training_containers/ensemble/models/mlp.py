"""Tier 2: a multilayer perceptron on features, trained in batches as they are read."""

import numpy as np
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier

from training_containers.ensemble.models.graphs import filled, medians
from training_containers.ensemble.models.member import Fit, Member, Source
from training_containers.ensemble.models.sampled import require_both
from training_containers.ensemble.models.written import Graph

HIDDEN = (64, 32)
CLIP = 8.0
ROWS_A_STEP = 512


def train(source: Source, fit: Fit) -> None:
    """Reads every decision once an epoch, or the sample where there are more; hazards weigh as they are drawn."""
    require_both(source)
    settings = fit.settings
    drawn = source.sample("features", settings.most_rows, fit.seed)
    typical = medians(drawn.inputs)
    rows = filled(drawn.inputs, typical)
    mean, scale = mean_and_scale(rows)

    def scaled(inputs: np.ndarray) -> np.ndarray:
        return np.clip((inputs - mean) / scale, -CLIP, CLIP)

    network = MLPClassifier(HIDDEN, batch_size=ROWS_A_STEP, alpha=1e-4, learning_rate_init=1e-3, random_state=fit.seed)
    rng = np.random.default_rng(fit.seed)
    for epoch in range(settings.epochs):
        order = rng.permutation(len(rows))
        for start in range(0, len(order), settings.batch_rows):
            taken = order[start : start + settings.batch_rows]
            network.partial_fit(scaled(rows[taken]), drawn.hazard[taken], classes=[False, True])
        fit.report((epoch + 1) / settings.epochs, (epoch + 1) * len(rows))
    graph = Graph(typical)
    x = graph.clip(graph.standardized("filled", mean, scale), CLIP)
    layers = list(zip(network.coefs_, network.intercepts_, strict=True))
    for weights, bias in layers[:-1]:
        x = graph.relu(graph.add(graph.matmul(x, weights), bias))
    weights, bias = layers[-1]
    odds = graph.add(graph.matmul(x, weights), bias)

    def native(inputs: np.ndarray) -> np.ndarray:
        """Log odds: probabilities near one would all be alike in single precision."""
        hidden = scaled(inputs.astype(np.float64))
        for matrix, offset in layers[:-1]:
            hidden = np.maximum(hidden @ matrix + offset, 0)
        return hidden @ layers[-1][0] + layers[-1][1]

    graph.write(odds, fit.onnx, rows, native)


def mean_and_scale(rows: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """By column, summed in double precision: numpy adds columns up row by row, and single precision drifts."""
    mean, deviation = rows.mean(axis=0, dtype=np.float64), rows.std(axis=0, dtype=np.float64)
    return mean.astype(np.float32), np.maximum(deviation, 1e-6).astype(np.float32)


MEMBER = Member("mlp", 2, "features", train)
