"""Why a window is hazardous: what each measured channel adds to the log odds, against one with typical readings."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from inference.contracts.tasks.tabular import Contribution
from inference.contracts.telemetry import Signals
from inference.tabular.coalitions import coalitions
from inference.tabular.features import Preparation, of_channel

TOP = 3
TINY = 1e-7
LEAST = 0.01
"""Log odds that a reason adds: less is rounding."""
Probabilities = Callable[[NDArray[np.float32]], NDArray[np.float32]]


class Explainer:
    """Made once a loaded model."""

    def __init__(self, signals: Signals, preparation: Preparation) -> None:
        self._names = signals.channel_names
        self._levels = [signals.level(name) for name in self._names]
        self._typical = np.asarray(preparation.typical, np.float32)
        absent, self._weights = coalitions(len(self._names))
        follows = np.array([of_channel(signals, name) for name in self._names])  # (channels, features)
        self._ablated = (absent.astype(int) @ follows.astype(int)) > 0  # (sets, features)

    def explain(self, row: NDArray[np.float32], probabilities: Probabilities) -> tuple[Contribution, ...]:
        """The channels that raise the hazard, largest first: Shapley values over sets of channels.

        A channel is left out as if nothing of it had been read: its features, and those derived from it, are typical
        then (`series_features` does the same). Channels that tell the same share the credit; all of them add up to the
        log odds of the window less those of a typical one.
        """
        values = _logit(probabilities(np.where(self._ablated, self._typical, row).astype(np.float32)))
        added = self._weights @ values
        contributions = (
            Contribution(
                channel=self._names[channel],
                value=float(row[self._levels[channel]]),
                typical=float(self._typical[self._levels[channel]]),
                log_odds=float(added[channel]),
            )
            for channel in np.argsort(-added, kind="stable")[:TOP]
        )
        return tuple(entry for entry in contributions if entry.log_odds >= LEAST)


def _logit(probability: NDArray) -> NDArray[np.float64]:
    clipped = np.clip(np.asarray(probability, np.float64), TINY, 1 - TINY)
    return np.log(clipped) - np.log1p(-clipped)
