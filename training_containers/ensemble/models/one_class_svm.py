"""Tier 2: a one-class support vector machine on calm decisions, made linear by a Nystroem map so that it scales."""

import numpy as np
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import SGDOneClassSVM
from sklearn.preprocessing import StandardScaler

from training_containers.ensemble.models.member import Fit, Member, Source
from training_containers.ensemble.models.sampled import draw
from training_containers.ensemble.models.written import Graph

COMPONENTS, NU = 128, 0.02
CLIP = 8.0
"""Deviations from the mean; farther is as far."""
DRAWN_FROM = 50_000
"""Rows that landmarks are drawn from."""


def train(source: Source, fit: Fit) -> None:
    sample = draw(source, fit)
    calm = sample.inputs[~sample.hazard]
    scaler = StandardScaler().fit(calm)
    scaled = np.clip(scaler.transform(calm), -CLIP, CLIP)
    # Two landmarks that are one would make the map's inverse so large that single precision cannot hold it.
    _, first = np.unique(scaled[:DRAWN_FROM], axis=0, return_index=True)
    kernel = Nystroem(gamma=1 / scaled.shape[1], n_components=min(COMPONENTS, len(first)), random_state=fit.seed)
    kernel.fit(scaled[np.sort(first)])
    machine = SGDOneClassSVM(nu=NU, random_state=fit.seed).fit(kernel.transform(scaled))
    fit.report(1.0, len(calm))

    def native(rows: np.ndarray) -> np.ndarray:
        return -machine.decision_function(kernel.transform(np.clip(scaler.transform(rows), -CLIP, CLIP)))

    graph = Graph(sample.typical)
    x = graph.clip(graph.standardized("filled", scaler.mean_, scaler.scale_), CLIP)
    # exp(-gamma |x - l|^2) for every landmark l, then one linear map: normalization and support vector machine together
    landmarks = kernel.components_
    squared = graph.add(graph.add(graph.square_sum(x), np.sum(landmarks**2, axis=1)), graph.matmul(x, -2 * landmarks.T))
    similar = graph.exp(graph.mul(squared, -kernel.gamma))
    weights = -(kernel.normalization_.T @ machine.coef_.ravel())
    score = graph.add(graph.matmul(similar, weights[:, None]), float(machine.offset_[0]))
    graph.write(score, fit.onnx, sample.inputs, native)


MEMBER = Member("one_class_svm", 2, "features", train)
