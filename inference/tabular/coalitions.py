"""Sets of channels whose answers add up to Shapley values: all of them, or a sample where they are too many."""

from itertools import product
from math import factorial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MOST_EXACT = 8
"""Channels: 256 sets at most. Each channel more would double what a positive answer costs; above, sets are sampled."""
ORDERS = 32
"""Orders drawn then, half of them the others reversed; at most 32 (channels - 1) + 2 sets: 290 of ten, not 1,024."""


class Coalitions(NamedTuple):
    """`weights` (channels, sets) times the sets' log odds are the channels' Shapley values."""

    absent: NDArray[np.bool_]  # (sets, channels)
    weights: NDArray[np.float64]  # (channels, sets)


def coalitions(channels: int) -> Coalitions:
    """The same for ever, so that the same window gets the same reasons."""
    return every_set(channels) if channels <= MOST_EXACT else sampled_sets(channels)


def every_set(channels: int) -> Coalitions:
    absent = np.array(list(product([False, True], repeat=channels)))
    weights = np.zeros((channels, len(absent)))
    for number, missing in enumerate(absent):
        present = int((~missing).sum())
        for channel in range(channels):
            others = present - (not missing[channel])
            weight = factorial(others) * factorial(channels - 1 - others) / factorial(channels)
            weights[channel, number] = -weight if missing[channel] else weight
    return Coalitions(absent, weights)


def sampled_sets(channels: int, orders: int = ORDERS) -> Coalitions:
    """What each channel adds to those before it, over random orders and the same backward (antithetic sampling).

    The values add up to the whole as the exact ones do, and are exact where channels act one by one or in pairs
    (https://www.jmlr.org/papers/v23/21-0439.html).
    """
    rng = np.random.default_rng(0)
    forward = [rng.permutation(channels) for _ in range(orders // 2)]
    numbers: dict[bytes, int] = {}
    added = np.zeros((channels, orders * (channels + 1)))
    for order in (*forward, *(one[::-1] for one in forward)):
        missing = np.ones(channels, bool)
        before = numbers.setdefault(missing.tobytes(), len(numbers))
        for channel in order:
            missing[channel] = False
            with_it = numbers.setdefault(missing.tobytes(), len(numbers))
            added[channel, with_it] += 1 / orders
            added[channel, before] -= 1 / orders
            before = with_it
    absent = np.frombuffer(b"".join(numbers), bool).reshape(-1, channels)
    return Coalitions(absent, added[:, : len(absent)])
