"""Tier 2: how few random cuts set a decision apart from calm ones (Liu, Ting and Zhou, 2008)."""

import math

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import IsolationForest
from sklearn.tree import ExtraTreeRegressor

from training_containers.ensemble.models.member import Fit, Member, Source
from training_containers.ensemble.models.sampled import draw, threads
from training_containers.ensemble.models.written import Graph, Tree

TREES, EACH = 50, 256


def train(source: Source, fit: Fit) -> None:
    sample = draw(source, fit)
    calm = sample.inputs[~sample.hazard]
    each = min(EACH, len(calm))
    forest = IsolationForest(n_estimators=TREES, max_samples=each, n_jobs=threads(), random_state=fit.seed).fit(calm)
    fit.report(1.0, len(calm))
    # The converter's graph goes through trees and paths one by one, which takes fifty times as long for one row.
    graph = Graph(sample.typical)
    usual = TREES * float(average_path(np.array([each]))[0])
    share = graph.leaves_of("filled", [_paths(one, usual) for one in forest.estimators_])
    apart = graph.exp(graph.mul(share, -math.log(2)))
    graph.write(
        graph.add(apart, float(forest.offset_)),
        fit.onnx,
        sample.inputs,
        lambda rows: -forest.decision_function(rows),
    )


def _paths(estimator: ExtraTreeRegressor, usual: float) -> Tree:
    """A tree whose leaves say how many cuts led there, and how many more would set one of its rows apart."""
    tree = estimator.tree_
    depth = np.zeros(tree.node_count)
    for node in range(tree.node_count):  # children come after their parent
        for child in (tree.children_left[node], tree.children_right[node]):
            if child > 0:
                depth[child] = depth[node] + 1
    return Tree(
        tree.children_left,
        tree.children_right,
        tree.feature,
        tree.threshold,
        (depth + average_path(tree.n_node_samples)) / usual,
    )


def average_path(rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Cuts that set one of so many rows apart, on average: equation 1 of the paper."""
    several = np.maximum(rows, 3)
    known = 2 * (np.log(several - 1) + np.euler_gamma) - 2 * (several - 1) / several
    return np.where(rows > 2, known, np.where(rows == 2, 1.0, 0.0))


MEMBER = Member("isolation_forest", 2, "features", train)
