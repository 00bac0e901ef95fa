"""Quantile bins of held-out scores and input features, for drift monitoring."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from inference.contracts import Baseline, Bins

BINS = 10


def quantile_bins(values: ArrayLike, bins: int = BINS) -> Bins:
    """Bin finite values at their quantiles; tied quantiles merge, so there may be fewer bins than asked for.

    Raises:
        ValueError: there is no finite value.
    """
    sample = np.asarray(values, dtype=np.float64)
    sample = sample[np.isfinite(sample)]
    if sample.size == 0:
        raise ValueError("quantile bins need at least one finite value; there is none")
    edges = np.unique(np.quantile(sample, np.linspace(0, 1, bins + 1)[1:-1]))
    counts = np.bincount(np.searchsorted(edges, sample, side="right"), minlength=edges.size + 1)
    return Bins(edges=tuple(edges.tolist()), fractions=tuple((counts / sample.size).tolist()))


def feature_columns(answers: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    """From the features of each answer to a column of each feature; all answers of one package have the same."""
    return {name: [features[name] for features in answers] for name in answers[0]} if answers else {}


def make_baseline(
    labels: Sequence[str],
    scores: Mapping[str, ArrayLike],
    features: Mapping[str, ArrayLike] | None = None,
) -> Baseline:
    """From the answers to held-out items: their labels, and a column of values for every score and feature."""
    names, counts = np.unique(np.asarray(labels, dtype=str), return_counts=True)
    shares = {str(name): float(count) / len(labels) for name, count in zip(names, counts, strict=True)}
    return Baseline(
        items=len(labels),
        labels=shares,
        scores={name: quantile_bins(column) for name, column in scores.items()},
        features={name: quantile_bins(column) for name, column in (features or {}).items()},
    )
