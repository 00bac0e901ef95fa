"""The rule to beat: limits of single channels, tuned to the same false-positive rate as the ensemble."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from inference.contracts.zones import ZoneSignals
from inference.sensor_zones.features import feature_names
from training_containers.ensemble.models.member import Batch
from training_containers.ensemble.threshold import threshold_for

LEVELS = np.r_[np.linspace(0, 0.9, 19), 1 - np.logspace(-1, -5, 60)]
"""Of the quantiles by which a limit is told; the high ones matter."""


@dataclass(frozen=True)
class ThresholdRule:
    """An alarm where the highest sensor of some channel is beyond that channel's limit.

    A reading's score is the share of calm decisions below it, so that one number sets the limits of all channels: each
    is exceeded as rarely as any other.
    """

    columns: tuple[int, ...]
    quantiles: tuple[NDArray[np.float64], ...]  # of each column's calm values, at LEVELS
    channels: tuple[str, ...]
    threshold: float

    def scores(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """(n,), 0 to 1; a channel that is not read says nothing."""
        found = [
            np.nan_to_num(np.interp(features[:, column], known, LEVELS, left=0.0, right=1.0))
            for column, known in zip(self.columns, self.quantiles, strict=True)
        ]
        return np.max(found, axis=0)


def tune_rule(sample: Batch, rate: float, signals: ZoneSignals) -> ThresholdRule:
    """The best of one channel alone, the two best together, and so on: by recall at the rate, where members train."""
    names = feature_names(signals)
    columns = {channel: names.index(f"{channel}:max") for channel in signals.names}
    alone = {channel: _rule((channel,), columns, sample, rate) for channel in columns}
    ranked = sorted(alone, key=lambda channel: (-_recall(alone[channel], sample), channel))
    together = [_rule(tuple(ranked[: count + 1]), columns, sample, rate) for count in range(len(ranked))]
    return max(together, key=lambda rule: (_recall(rule, sample), -len(rule.channels)))


def _rule(channels: Sequence[str], columns: dict[str, int], sample: Batch, rate: float) -> ThresholdRule:
    chosen = tuple(columns[channel] for channel in channels)
    calm = sample.inputs[~sample.hazard]
    quantiles = tuple(_rising(np.nanquantile(calm[:, column], LEVELS)) for column in chosen)
    rule = ThresholdRule(chosen, quantiles, tuple(channels), 1.0)
    threshold = threshold_for(rule.scores(sample.inputs), sample.hazard, sample.weight, rate)
    return ThresholdRule(chosen, quantiles, tuple(channels), threshold)


def _recall(rule: ThresholdRule, sample: Batch) -> float:
    return float((rule.scores(sample.inputs[sample.hazard]) >= rule.threshold).mean())


def _rising(values: ArrayLike) -> NDArray[np.float64]:
    """Strictly, as interpolation wants it; a channel that is never read has zeros."""
    filled = np.nan_to_num(np.asarray(values, np.float64))
    return np.maximum.accumulate(filled) + np.arange(len(filled)) * 1e-9 * max(1.0, float(np.abs(filled).max()))
