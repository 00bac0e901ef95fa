"""Tier 3: three ways to combine the members, fitted on probabilities of decisions that no member has seen."""

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression

from inference.sensor_zones.combine import TINY, Averaging, Combiner, Selection, Stacking, logit

WAYS = tuple(str(one.model_fields["kind"].default) for one in (Stacking, Averaging, Selection))
REGIONS = 8
BOOTSTRAPS = 500
SHARPNESS = 5.0
"""How strongly a region prefers its best members: a log loss a fifth worse than the best gets 1/e of the weight."""

Array = NDArray[np.float64]


def fit_combiners(
    probabilities: Array, hazard: NDArray[np.bool_], weight: NDArray[np.float32], group: NDArray, seed: int
) -> tuple[Combiner, ...]:
    """(n, members) of out-of-fold probabilities. `group`: what is drawn together, (n,)."""
    return (
        stacking(probabilities, hazard, weight, seed),
        averaging(probabilities, hazard, weight, group, seed),
        selection(probabilities, hazard, weight, seed),
    )


def stacking(probabilities: Array, hazard: NDArray[np.bool_], weight: NDArray[np.float32], seed: int) -> Stacking:
    model = LogisticRegression(C=0.1, max_iter=500, random_state=seed)
    model.fit(logit(probabilities), hazard, sample_weight=weight / weight.mean())
    return Stacking(weights=tuple(model.coef_[0].tolist()), bias=float(model.intercept_[0]))


def averaging(
    probabilities: Array, hazard: NDArray[np.bool_], weight: NDArray[np.float32], group: NDArray, seed: int
) -> Averaging:
    """The Bayesian bootstrap is over groups, for decisions of one site and day are not independent."""
    names, number = np.unique(group, return_inverse=True)
    likelihood = -log_loss(probabilities, hazard) * weight[:, None]
    of_group = np.stack([np.bincount(number, column, len(names)) for column in likelihood.T], axis=1)
    drawn = np.random.default_rng(seed).dirichlet(np.ones(len(names)), BOOTSTRAPS)
    totals = len(names) * drawn @ of_group / weight.mean()
    chances = np.exp(totals - totals.max(axis=1, keepdims=True))
    weights = (chances / chances.sum(axis=1, keepdims=True)).mean(axis=0)
    return Averaging(weights=tuple((weights / weights.sum()).tolist()))


def selection(probabilities: Array, hazard: NDArray[np.bool_], weight: NDArray[np.float32], seed: int) -> Selection:
    odds = logit(probabilities)
    regions = KMeans(min(REGIONS, len(odds)), n_init=3, random_state=seed).fit(odds)
    losses = log_loss(probabilities, hazard) * weight[:, None]
    weights = []
    used = np.unique(regions.labels_)  # fewer than asked for, where fewer answers differ
    for region in used:
        inside = regions.labels_ == region
        mean = losses[inside].mean(axis=0) / weight[inside].mean()
        chances = np.exp(-SHARPNESS * (mean / max(mean.min(), TINY) - 1))
        weights.append(tuple((chances / chances.sum()).tolist()))
    centres = regions.cluster_centers_[used]
    return Selection(centres=tuple(map(tuple, centres.tolist())), weights=tuple(weights))


def log_loss(probabilities: Array, hazard: NDArray[np.bool_]) -> Array:
    """(n, members)"""
    clipped = np.clip(probabilities, TINY, 1 - TINY)
    return -np.where(hazard[:, None], np.log(clipped), np.log1p(-clipped))
