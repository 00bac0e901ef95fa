"""Why a window is hazardous: what each measured channel adds to the log odds, against one with typical readings."""

from collections.abc import Callable
from itertools import product
from math import factorial

import numpy as np
from numpy.typing import NDArray

from inference.contracts.tasks.tabular import Contribution
from inference.contracts.telemetry import CHANNEL_NAMES
from inference.tabular.features import FEATURE_NAMES, Preparation, of_channel

TOP = 3
TINY = 1e-7
LEAST = 0.01
"""Log odds that a reason adds: less is rounding."""
Probabilities = Callable[[NDArray[np.float32]], NDArray[np.float32]]

_CHANNELS = len(CHANNEL_NAMES)
_ABSENT = np.array(list(product([False, True], repeat=_CHANNELS)))  # every set of channels, (128, channels)
_FOLLOWS = np.array([of_channel(name) for name in CHANNEL_NAMES])  # (channels, features)
_ABLATED = (_ABSENT.astype(int) @ _FOLLOWS.astype(int)) > 0  # (128, features)


def _weights() -> NDArray[np.float64]:
    """Shapley's: what to weigh each set's value with for each channel. (channels, 128)"""
    weights = np.zeros((_CHANNELS, len(_ABSENT)))
    for number, absent in enumerate(_ABSENT):
        present = int((~absent).sum())
        for channel in range(_CHANNELS):
            others = present - (not absent[channel])
            weight = factorial(others) * factorial(_CHANNELS - 1 - others) / factorial(_CHANNELS)
            weights[channel, number] = -weight if absent[channel] else weight
    return weights


_WEIGHTS = _weights()


def explain(
    row: NDArray[np.float32], probabilities: Probabilities, preparation: Preparation
) -> tuple[Contribution, ...]:
    """The channels that raise the hazard, largest first: Shapley values over all 128 sets of channels.

    A channel is left out as if nothing of it had been read: its features, and those derived from it, are typical then
    (`series_features` does the same). Channels that tell the same share the credit; all seven add up to the log odds of
    the window less those of a typical one.
    """
    typical = np.asarray(preparation.typical, np.float32)
    values = _logit(probabilities(np.where(_ABLATED, typical, row).astype(np.float32)))
    added = _WEIGHTS @ values
    contributions = []
    for channel in np.argsort(-added, kind="stable")[:TOP]:
        level = FEATURE_NAMES.index(f"{CHANNEL_NAMES[channel]}:mean_1m")
        contributions.append(
            Contribution(
                channel=CHANNEL_NAMES[channel],
                value=float(row[level]),
                typical=float(typical[level]),
                log_odds=float(added[channel]),
            )
        )
    return tuple(entry for entry in contributions if entry.log_odds >= LEAST)


def _logit(probability: NDArray) -> NDArray[np.float64]:
    clipped = np.clip(np.asarray(probability, np.float64), TINY, 1 - TINY)
    return np.log(clipped) - np.log1p(-clipped)
