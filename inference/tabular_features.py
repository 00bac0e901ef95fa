"""Features of telemetry windows: the one implementation, for training (whole series) and serving (one window).

Series are put on an absolute time grid, clipped, filled forward for at most a minute, and cut into windows of ten
minutes. A channel's features are its latest value, its deltas, and means and standard deviations over 1, 5, 10 minutes.
"""

from typing import Annotated

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from pydantic import Field

from inference.contracts.base import Contract
from inference.contracts.telemetry import CHANNEL_NAMES, FILL_STEPS, STEP_SECONDS, WINDOW_STEPS

Array = NDArray[np.float64]

STEPS_A_MINUTE = 60 // STEP_SECONDS
MINUTES = WINDOW_STEPS // STEPS_A_MINUTE
SPANS = (1, 5, MINUTES)  # minutes of the rolling statistics
LAGS = (1, 5, MINUTES - 1)  # minutes between the two means of a delta
DERIVED = ("temperature_spread_c", "temperature_rise_c")  # hottest less mean; mean less ambient
CHUNK = 4096  # windows at a time: their 60 readings then stay in the processor's cache

BASE_NAMES = (*CHANNEL_NAMES, *DERIVED)
_STATISTICS = ("now", *(f"delta_{m}m" for m in LAGS), *(f"mean_{m}m" for m in SPANS), *(f"std_{m}m" for m in SPANS))
FEATURE_NAMES = tuple(f"{channel}:{statistic}" for statistic in _STATISTICS for channel in BASE_NAMES)
_MEAN, _MAX, _AMBIENT = (
    CHANNEL_NAMES.index(f"{name}_c") for name in ("temperature_mean", "temperature_max", "ambient")
)


class Preparation(Contract):
    """What is fitted on the training split alone."""

    low: Annotated[tuple[float, ...], Field(description="by channel: smaller readings are clipped to it")]
    high: Annotated[tuple[float, ...], Field(description="by channel: larger readings are clipped to it")]
    typical: Annotated[tuple[float, ...], Field(description="by feature: its median; stands in for a missing value")]


def to_grid(seconds: Array, readings: Array, first_step: int, steps: int) -> Array:
    """Readings (n, channels) at `seconds` since the epoch (sorted) on grid steps; NaN where nothing was read.

    Of several readings in a step the latest value of each channel counts. Shape (steps, channels).
    """
    grid = np.full((steps, readings.shape[1]), np.nan)
    index = np.floor_divide(seconds, STEP_SECONDS).astype(np.int64) - first_step
    inside = (index >= 0) & (index < steps)
    index, readings = index[inside], readings[inside]
    if np.all(index[1:] > index[:-1]):
        grid[index] = readings
        return grid
    for channel in range(readings.shape[1]):
        known = ~np.isnan(readings[:, channel])
        grid[index[known], channel] = readings[known, channel]
    return grid


def fill_forward(grid: Array, limit: int = FILL_STEPS) -> Array:
    """Carry the latest value of each channel over at most `limit` missing steps. Shape (steps, channels)."""
    position = np.arange(len(grid))[:, None]
    latest = np.maximum.accumulate(np.where(np.isnan(grid), -1, position), axis=0)
    filled = np.take_along_axis(grid, np.maximum(latest, 0), axis=0)
    return np.where((latest >= 0) & (position - latest <= limit), filled, np.nan)


def series_features(grid: Array, ends: NDArray[np.int64], preparation: Preparation) -> NDArray[np.float32]:
    """Features of the windows that end at steps `ends` of a module's grid, each at least WINDOW_STEPS - 1.

    Shape (len(ends), features); no value is missing.
    """
    clipped = np.clip(grid, preparation.low, preparation.high)
    windows = sliding_window_view(fill_forward(clipped), WINDOW_STEPS, axis=0)
    result = np.empty((len(ends), len(FEATURE_NAMES)), np.float32)
    for start in range(0, len(ends), CHUNK):
        part = slice(start, start + CHUNK)
        result[part] = window_features(windows[ends[part] - (WINDOW_STEPS - 1)].transpose(0, 2, 1))
    missing = np.isnan(result)
    return np.where(missing, np.asarray(preparation.typical, np.float32), result)


def window_features(windows: Array) -> Array:
    """Features of filled windows (n, WINDOW_STEPS, channels); NaN where a channel has no value. Shape (n, features)."""
    spread = windows[..., _MAX] - windows[..., _MEAN]
    rise = windows[..., _MEAN] - windows[..., _AMBIENT]
    values = np.concatenate([windows, spread[..., None], rise[..., None]], axis=-1)
    known = ~np.isnan(values)
    count = _by_minute(known)
    level = _ratio(_by_minute(np.where(known, values, 0.0)).sum(1), count.sum(1))
    centred = np.where(known, values - level[:, None, :], 0.0)  # squares of what is left lose no digits
    total, square = _by_minute(centred), _by_minute(centred**2)
    minute = _ratio(total, count)
    features = [values[:, -1], *(minute[:, -1] - minute[:, -1 - lag] for lag in LAGS)]
    moments = [_moments(total[:, -span:], square[:, -span:], count[:, -span:]) for span in SPANS]
    features += [mean + level for mean, _ in moments]
    features += [deviation for _, deviation in moments]
    return np.concatenate(features, axis=-1)


def _by_minute(values: NDArray) -> Array:
    """Sums over each minute: (n, WINDOW_STEPS, c) -> (n, MINUTES, c)."""
    shape = (len(values), MINUTES, STEPS_A_MINUTE, values.shape[-1])
    return values.reshape(shape).sum(2, dtype=np.float64)


def _ratio(total: Array, count: Array) -> Array:
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def _moments(total: Array, square: Array, count: Array) -> tuple[Array, Array]:
    """Mean and standard deviation over the minutes given, (n, c) each."""
    mean = _ratio(total.sum(1), count.sum(1))
    variance = _ratio(square.sum(1), count.sum(1)) - mean**2
    return mean, np.sqrt(np.maximum(variance, 0.0))
