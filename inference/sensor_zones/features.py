"""Features of a zone's windows: the one implementation, for training (whole series) and serving (one window).

Of each channel: the highest and the mean of the zone's sensors now, how far the highest stands out, the mean over the
last steps and over the window, their difference, the deviation, the highest sensor's rise, and the difference to the
zones beside.
"""

import numpy as np
from numpy.typing import NDArray

from inference.contracts.zones import ZoneSignals
from inference.sensor_zones.nodes import Array, mean_of

STATISTICS = ("max", "mean", "spread", "short", "long", "trend", "deviation", "rise", "excess")


def feature_names(signals: ZoneSignals) -> tuple[str, ...]:
    return tuple(f"{name}:{statistic}" for statistic in STATISTICS for name in signals.names)


def zone_features(nodes: Array, ends: NDArray[np.int64], signals: ZoneSignals) -> Array:
    """Features of the windows that end at steps `ends` of `zone_nodes`, each at least window_steps - 1.

    Shape (len(ends), features), float32; NaN where nothing was read: models fill what they cannot do without.
    """
    own = nodes[:, : signals.sensors]
    mean, highest = mean_of(own), _highest(own)
    beside = mean_of(nodes[:, signals.sensors :]) if signals.neighbours else np.full_like(mean, np.nan)
    short, long = _rolling(mean, signals.short_steps)[ends], _rolling(mean, signals.window_steps)[ends]
    middle = np.nan_to_num(mean_of(mean.T)).astype(np.float32)  # so that squares lose no digits
    square = _rolling((mean - middle) ** 2, signals.window_steps)[ends]
    variance = square - (long - middle) ** 2
    earlier = highest[ends - signals.short_steps]
    return np.concatenate(
        [
            highest[ends],
            mean[ends],
            highest[ends] - mean[ends],
            short,
            long,
            short - long,
            np.sqrt(np.maximum(variance, 0.0)),
            highest[ends] - earlier,
            mean[ends] - beside[ends],
        ],
        axis=1,
    ).astype(np.float32)


def _highest(own: Array) -> Array:
    known = np.where(np.isnan(own), -np.inf, own).max(axis=1)
    return np.where(np.isinf(known), np.nan, known).astype(np.float32)


def _rolling(values: NDArray, steps: int) -> NDArray[np.float64]:
    """Mean of the last `steps` known values at each step; NaN where none is. (steps, channels)"""
    known = ~np.isnan(values)
    total = np.cumsum(np.where(known, values, 0.0), axis=0, dtype=np.float64)
    count = np.cumsum(known, axis=0, dtype=np.int64)
    total[steps:] -= total[:-steps].copy()
    count[steps:] -= count[:-steps].copy()
    with np.errstate(invalid="ignore"):
        return np.where(count > 0, total / count, np.nan)
