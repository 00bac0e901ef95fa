"""What the two forests share: a batch of trees at a time, so that there is progress to tell."""

import copy
from typing import Any

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

from training_containers.ensemble.models.graphs import converted, write_graph
from training_containers.ensemble.models.member import Fit, Source
from training_containers.ensemble.models.sampled import draw, threads

LEAST_LEAF, DEEPEST = 20, 12
EACH = 50_000
"""Rows that one tree is grown on."""
AT_ONCE = 10


def train_forest(
    kind: type[RandomForestClassifier] | type[ExtraTreesClassifier], source: Source, fit: Fit, **more: Any
) -> None:
    sample = draw(source, fit)
    forest = kind(
        n_estimators=0,
        warm_start=True,
        max_depth=DEEPEST,
        min_samples_leaf=LEAST_LEAF,
        max_features="sqrt",
        max_samples=min(EACH, len(sample.inputs)),
        n_jobs=threads(),
        random_state=fit.seed,
        **more,
    )
    for trees in range(AT_ONCE, fit.settings.trees + AT_ONCE, AT_ONCE):
        forest.n_estimators = min(trees, fit.settings.trees)
        forest.fit(sample.inputs, sample.hazard, sample_weight=sample.weight)
        fit.report(forest.n_estimators / fit.settings.trees, forest.n_estimators * forest.max_samples)
        if forest.n_estimators == fit.settings.trees:
            break
    plain = copy.copy(forest)
    plain.bootstrap = False  # or the converter looks again at the rows that each tree was grown on
    model = converted(plain, sample.inputs.shape[1])
    write_graph(
        model,
        "probabilities",
        1,
        sample.typical,
        fit.onnx,
        sample.inputs,
        lambda rows: np.asarray(forest.predict_proba(rows))[:, 1],
    )
