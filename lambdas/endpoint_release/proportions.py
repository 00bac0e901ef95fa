"""Exact confidence interval of a proportion (Clopper and Pearson, 1934), without SciPy. Pure.

Unlike the proportion itself it holds for few requests: 1 of 30 is 3 %, and its interval 0.02 to 22 %.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

CONFIDENCE = 0.99
"""Two-sided: one check in 200 errs in one direction, and a rollout has up to a dozen."""
_NEGLIGIBLE = 1e-17
_HALVINGS = 50


class Proportion(NamedTuple):
    """`hits` of `total`, and the ends of its interval."""

    hits: int
    total: int
    low: float
    high: float

    @property
    def point(self) -> float:
        return self.hits / self.total if self.total else 0.0


def proportion(count: float, total: float, confidence: float = CONFIDENCE) -> Proportion:
    """Of `count` in `total`, whole numbers; 0 to 1 when there is nothing yet."""
    k, n = round(count), max(round(total), round(count))
    if n == 0:
        return Proportion(0, 0, 0.0, 1.0)
    tail = (1 - confidence) / 2
    low = 0.0 if k == 0 else _root(lambda p: at_least(k, n, p) - tail)
    high = 1.0 if k == n else _root(lambda p: tail - at_least(n - k, n, 1 - p))
    return Proportion(k, n, low, high)


def surely_more(one: Proportion, other: Proportion) -> float:
    """Low end of the interval of `one.point - other.point`, from the ends of their own.

    By the method of variance estimates recovery (Zou and Donner, 2008, Statistics in Medicine 27:1693).
    """
    return one.point - other.point - math.hypot(one.point - one.low, other.high - other.point)


def at_least(k: int, n: int, p: float) -> float:
    """Probability of at least `k` of `n` when each has probability `p`."""
    if k <= 0:
        return 1.0
    if p <= 0 or p >= 1 or k > n:
        return float(p >= 1 and k <= n)
    if k <= n * p:  # then the other tail is the shorter sum
        return 1.0 - at_least(n - k + 1, n, 1 - p)
    term = math.exp(
        math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(p) + (n - k) * math.log1p(-p)
    )
    total = 0.0
    while term > _NEGLIGIBLE * total:  # from the mean on, each term is smaller than the one before
        total += term
        if k == n:
            break
        term *= (n - k) / (k + 1) * p / (1 - p)
        k += 1
    return min(total, 1.0)


def _root(rising: Callable[[float], float]) -> float:
    """Where a function that rises from below zero to above it, between 0 and 1, is zero."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2
