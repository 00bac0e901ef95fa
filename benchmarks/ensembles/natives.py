"""The ensemble's members in their own libraries, one row at a time, on one thread.

Of the sizes that the ensemble trains by default, but on fewer rows: a library's call takes longer than its trees.
"""

from collections.abc import Callable

import lightgbm
import numpy as np
import torch
import xgboost
from catboost import CatBoostClassifier
from numpy.typing import NDArray
from sklearn.covariance import EmpiricalCovariance
from sklearn.ensemble import ExtraTreesClassifier, IsolationForest, RandomForestClassifier
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import SGDOneClassSVM
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.ensembles.package import SETTINGS, SIGNALS
from training_containers.ensemble.models.forests import DEEPEST, LEAST_LEAF
from training_containers.ensemble.models.graph_network import GraphNetwork
from training_containers.ensemble.models.graphs import filled, medians
from training_containers.ensemble.models.isolation_forest import EACH, TREES
from training_containers.ensemble.models.lstm_cnn import LstmCnn
from training_containers.ensemble.models.mlp import HIDDEN
from training_containers.ensemble.models.network import ZoneNetwork
from training_containers.ensemble.models.one_class_svm import COMPONENTS, NU
from training_containers.ensemble.models.tcn import TemporalConvolution
from training_containers.ensemble.models.transformer import Transformer
from training_containers.ensemble.models.vae import VariationalAutoencoder
from training_containers.ensemble.source import ShardSource

ROWS = 20_000
Array = NDArray[np.float32]
Native = Callable[[Array, Array], object]
"""Answers one row of features, (1, features), or one window, (1, steps, nodes, channels)."""
NETWORKS: dict[str, type[ZoneNetwork]] = {
    "transformer": Transformer,
    "lstm_cnn": LstmCnn,
    "graph_network": GraphNetwork,
    "tcn": TemporalConvolution,
    "vae": VariationalAutoencoder,
}


def natives(source: ShardSource) -> dict[str, Native]:
    torch.set_num_threads(1)
    batch = source.sample("features", ROWS, 0)
    rows, fire = filled(batch.inputs, medians(batch.inputs)), batch.hazard.astype(int)
    calm = rows[~batch.hazard]
    rounds, depth, trees = SETTINGS.rounds, SETTINGS.max_depth, SETTINGS.trees
    booster = xgboost.train({"max_depth": depth, "nthread": 1}, xgboost.DMatrix(rows, fire), rounds)
    leaves = {"num_leaves": 2**depth - 1, "max_depth": depth, "num_threads": 1, "verbosity": -1}
    light = lightgbm.train({**leaves, "objective": "binary"}, lightgbm.Dataset(rows, fire), rounds)
    cat = CatBoostClassifier(
        iterations=rounds, depth=depth, thread_count=1, verbose=False, allow_writing_files=False
    ).fit(rows, fire)
    grown = {"n_estimators": trees, "max_depth": DEEPEST, "min_samples_leaf": LEAST_LEAF, "n_jobs": 1}
    forests = {
        "random_forest": RandomForestClassifier(**grown).fit(rows, fire),
        "extra_trees": ExtraTreesClassifier(**grown).fit(rows, fire),
        "mlp": make_pipeline(StandardScaler(), MLPClassifier(HIDDEN, max_iter=3)).fit(rows, fire),
    }
    isolation = IsolationForest(n_estimators=TREES, max_samples=EACH, n_jobs=1).fit(calm)
    machine = make_pipeline(StandardScaler(), Nystroem(n_components=COMPONENTS), SGDOneClassSVM(nu=NU)).fit(calm)
    distance = make_pipeline(StandardScaler(), EmpiricalCovariance()).fit(calm)[-1]
    return {
        "xgboost": lambda row, _: booster.inplace_predict(row),
        "lightgbm": lambda row, _: light.predict(row),
        "catboost": lambda row, _: cat.predict_proba(row),
        **{name: _features(model.predict_proba) for name, model in forests.items()},
        "isolation_forest": _features(isolation.decision_function),
        "one_class_svm": _features(machine.decision_function),
        "statistical": _features(distance.mahalanobis),
        **{name: _eager(kind) for name, kind in NETWORKS.items()},
    }


def _features(predict: Callable[[Array], object]) -> Native:
    return lambda row, _: predict(row)


def _eager(kind: type[ZoneNetwork]) -> Native:
    network = kind(SIGNALS, SETTINGS.width).eval()

    @torch.inference_mode()
    def score(_: Array, window: Array) -> object:
        return network(torch.from_numpy(window)).numpy()

    return score
