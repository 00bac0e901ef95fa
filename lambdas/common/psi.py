"""Population stability index: how far captured values lie from a package's baseline. Pure, without numpy.

Below 0.1 there is no drift to speak of, above 0.2 there is; chance alone makes `expected_psi`.
"""

from bisect import bisect_right
from collections.abc import Iterable
from math import isfinite, log
from statistics import NormalDist

from inference.contracts import Bins

HALF = 0.5
"""Added to each bin's count on both sides (Jeffreys), so that an empty bin is unlikely and not impossible."""


def counts(bins: Bins, values: Iterable[float]) -> list[int]:
    """Of finite values by bin; an edge belongs to the bin above it."""
    found = [0] * len(bins.fractions)
    for value in values:
        if isfinite(value):
            found[bisect_right(bins.edges, value)] += 1
    return found


def psi(bins: Bins, items: int, values: Iterable[float]) -> float:
    """Of captured values against the bins of a baseline over `items` items.

    Raises:
        ValueError: there is no finite value, or the baseline has no items.
    """
    found = counts(bins, values)
    total = sum(found)
    if total == 0 or items < 1:
        raise ValueError(f"{total} captured values against {items} items of a baseline: at least one of each is needed")
    slack = HALF * len(found)
    actual = [(count + HALF) / (total + slack) for count in found]
    expected = [(share * items + HALF) / (items + slack) for share in bins.fractions]
    return sum((a - e) * log(a / e) for a, e in zip(actual, expected, strict=True))


def expected_psi(bins: Bins, items: int, captures: int) -> float:
    """What `psi` is on average with no drift at all: the fewer items and captures, the larger."""
    return (len(bins.fractions) - 1) * (1 / items + 1 / captures)


def psi_by_chance(bins: Bins, items: int, captures: int, confidence: float) -> float:
    """What `psi` stays below with that confidence and no drift at all.

    For small differences psi is Pearson's statistic of two samples, times (1/items + 1/captures): without drift it
    follows the chi-squared distribution with one degree of freedom less than there are bins. Its quantiles are by
    Wilson's and Hilferty's approximation. Why sample sizes count: https://arxiv.org/abs/2307.11878
    """
    degrees = len(bins.fractions) - 1
    if degrees == 0:
        return 0.0
    spread = 2 / (9 * degrees)
    quantile = degrees * (1 - spread + NormalDist().inv_cdf(confidence) * spread**0.5) ** 3
    return quantile * (1 / items + 1 / captures)
