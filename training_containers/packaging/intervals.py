"""Two-sided 95 % intervals of what an evaluation measures, for the gate reads their ends."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, gammaincinv  # scipy.stats has them too, and takes a second to import

from inference.contracts import Interval

TAIL = 0.025
"""Probability left out at each end."""
DRAWS = 1000

Groups = NDArray[np.int64]


def share_interval(successes: float, trials: float) -> Interval:
    """Of a share such as a recall (Clopper and Pearson, 1934); no trials show nothing: 0 to 1.

    Trials that depend on each other count as fewer, and then need not be a whole number.
    """
    low = float(betaincinv(successes, trials - successes + 1, TAIL)) if successes else 0.0
    high = float(betaincinv(successes + 1, trials - successes, 1 - TAIL)) if successes < trials else 1.0
    return Interval(low=low, high=high)


def rate_interval(count: int, exposure: float) -> Interval:
    """Of events per unit of exposure, counted as a Poisson process (Garwood, 1936).

    Raises:
        ValueError: the exposure is not positive.
    """
    if exposure <= 0:
        raise ValueError(f"a rate over an exposure of {exposure} says nothing; it must be above 0")
    low = float(gammaincinv(count, TAIL)) if count else 0.0
    return Interval(low=low / exposure, high=float(gammaincinv(count + 1, 1 - TAIL)) / exposure)


def bootstrap(groups: int, measure: Callable[[Groups], float], *, seed: int = 0, draws: int = DRAWS) -> Interval:
    """Of any metric, by drawing the test split's groups with replacement (Efron's percentile interval).

    Args:
        groups: how many groups the test split has; items of one group are not independent.
        measure: from drawn group numbers (`groups` of them, some repeated) to the metric over their items; NaN when
            the draw has no value (no positive item in it, say), which leaves the draw out.

    Raises:
        ValueError: there is no group, or no draw has a value.
    """
    if groups < 1:
        raise ValueError("a bootstrap needs at least one group; the test split has none")
    generator = np.random.default_rng(seed)
    values = np.array([measure(generator.integers(0, groups, groups)) for _ in range(draws)])
    values = values[~np.isnan(values)]
    if not values.size:
        raise ValueError("no draw of the bootstrap has a value")
    low, high = np.quantile(values, [TAIL, 1 - TAIL])
    return Interval(low=float(low), high=float(high))


def paired_bootstrap(
    groups: int,
    challenger: Callable[[Groups], float],
    champion: Callable[[Groups], float],
    *,
    seed: int = 0,
    draws: int = DRAWS,
) -> Interval:
    """Of challenger less champion, both measured on the same draws, so that what is hard for both cancels out."""
    return bootstrap(groups, lambda drawn: challenger(drawn) - champion(drawn), seed=seed, draws=draws)
