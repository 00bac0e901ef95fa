"""The candidates. Class weighting is a factor on the weight of hazardous windows, the same for every model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from xgboost import XGBClassifier

from training_containers.tabular.sampling import Sample

BALANCED = "balanced"  # hazardous windows weigh as much in all as healthy ones
MAX_BIN = 64
SMOTE_RATIO = 0.3  # hazardous windows, real and synthetic, to healthy ones
NEIGHBOURS = 5  # among which a synthetic window gets its other parent


@dataclass(frozen=True)
class Candidate:
    """A model and how it meets the imbalance; `name` is its run's name in MLflow."""

    name: str
    model: str  # logistic_regression, random_forest, xgboost
    imbalance: str = "weighting"  # or smote
    values: Mapping[str, Any] = field(default_factory=dict)

    def build(self, seed: int) -> BaseEstimator:
        """On one thread: folds run beside each other, and OpenMP's threads wait busily where a machine is shared."""
        values = {name: value for name, value in self.values.items() if name != "positive_weight"}
        match self.model:
            case "logistic_regression":
                # few and scaled features: C as weak as this keeps correlated statistics from cancelling out
                return make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=400, random_state=seed))
            case "random_forest":
                return RandomForestClassifier(
                    n_estimators=40,
                    max_depth=12,
                    min_samples_leaf=5,
                    max_samples=0.5,
                    n_jobs=1,
                    random_state=seed,
                )
            case "xgboost":
                rounds, colsample = int(values.pop("rounds")), values.pop("colsample")
                return XGBClassifier(
                    n_estimators=rounds,
                    colsample_bytree=colsample,
                    tree_method="hist",
                    max_bin=MAX_BIN,
                    n_jobs=1,
                    random_state=seed,
                    **values,
                )
        raise ValueError(f"model is '{self.model}'; it must be logistic_regression, random_forest or xgboost")

    def fit(self, sample: Sample, seed: int) -> BaseEstimator:
        """Train on the sample alone; synthetic windows, if any, are made of it and of nothing else."""
        estimator = self.build(seed)
        features, hazard, weights = sample.features, sample.hazard, sample.weights
        if self.imbalance == "smote":
            features, hazard, weights = with_synthetic(sample, seed)
        weights = np.where(hazard, weights * self._factor(sample), weights)
        name = f"{estimator.steps[-1][0]}__sample_weight" if hasattr(estimator, "steps") else "sample_weight"
        return estimator.fit(features, hazard, **{name: weights})

    def _factor(self, sample: Sample) -> float:
        factor = self.values.get("positive_weight", BALANCED)
        if factor != BALANCED:
            return float(factor)
        return float(sample.weights[~sample.hazard].sum() / sample.weights[sample.hazard].sum())


def with_synthetic(sample: Sample, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features, labels and weights of the sample, and behind it of synthetic hazardous windows between real ones.

    Neighbours are looked for with every feature scaled to one: in their own units a few would decide alone.
    Healthy windows keep their weights; synthetic ones share what the real hazardous ones weigh, so that a class counts
    as much with SMOTE as without it. None are made where hazardous windows are as frequent as SMOTE would make them,
    nor of a single one, which has no neighbour.
    """
    from imblearn.over_sampling import SMOTE  # half a second to import

    real = sample.hazard
    if real.sum() < 2 or real.sum() >= SMOTE_RATIO * (~real).sum():
        return sample.features, real, sample.weights
    scaler = StandardScaler().fit(sample.features)
    oversampler = SMOTE(
        sampling_strategy=SMOTE_RATIO, k_neighbors=min(NEIGHBOURS, int(real.sum()) - 1), random_state=seed
    )
    scaled, hazard = oversampler.fit_resample(scaler.transform(sample.features), real)
    made = scaler.inverse_transform(scaled[len(real) :]).astype(np.float32)
    kept = real.sum() / (real.sum() + len(made))
    weights = np.where(real, sample.weights * kept, sample.weights)
    return (
        np.concatenate([sample.features, made]),
        hazard,
        np.r_[weights, np.full(len(made), kept * sample.weights[real].mean())],
    )


def hazard_scores(estimator: BaseEstimator, features: np.ndarray) -> np.ndarray:
    return estimator.predict_proba(features)[:, 1]
