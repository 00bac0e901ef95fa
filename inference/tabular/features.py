"""Features of telemetry windows: the one implementation, for training (whole series) and serving (one window).

Series are put on an absolute time grid, clipped, filled forward for at most a minute, freed of spikes (a median of
three steps), and cut into windows of ten minutes. A channel's features are its latest value, its deltas, and means and
standard deviations over 1, 5, 10 minutes.
"""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from inference.contracts.base import Contract
from inference.contracts.telemetry import CHANNEL_NAMES, FILL_STEPS, STEP_SECONDS, WINDOW_STEPS

Array = NDArray[np.float64]
SIGNIFICANT = 6

STEPS_A_MINUTE = 60 // STEP_SECONDS
MINUTES = WINDOW_STEPS // STEPS_A_MINUTE
SPANS = (1, 5, MINUTES)  # minutes of the rolling statistics
LAGS = (1, 5, MINUTES - 1)  # minutes between the two means of a delta
DERIVED = ("temperature_spread_c", "temperature_rise_c")  # hottest less mean; mean less ambient
DERIVED_FROM = {
    "temperature_spread_c": ("temperature_max_c", "temperature_mean_c"),
    "temperature_rise_c": ("temperature_mean_c", "ambient_c"),
}

BASE_NAMES = (*CHANNEL_NAMES, *DERIVED)
_STATISTICS = ("now", *(f"delta_{m}m" for m in LAGS), *(f"mean_{m}m" for m in SPANS), *(f"std_{m}m" for m in SPANS))
FEATURE_NAMES = tuple(f"{channel}:{statistic}" for statistic in _STATISTICS for channel in BASE_NAMES)
_MEAN, _MAX, _AMBIENT = (
    CHANNEL_NAMES.index(f"{name}_c") for name in ("temperature_mean", "temperature_max", "ambient")
)


def of_channel(name: str) -> NDArray[np.bool_]:
    """Which features a measured channel enters: its own, and those of what is derived from it. Shape (features,)."""
    bases = {name, *(derived for derived, channels in DERIVED_FROM.items() if name in channels)}
    return np.array([feature.split(":")[0] in bases for feature in FEATURE_NAMES])


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


def without_spikes(grid: Array) -> Array:
    """Each value replaced by the median of itself and the two steps before; where one of them is missing, by itself."""
    before, between, latest = grid[:-2], grid[1:-1], grid[2:]
    low, high = np.minimum(before, between), np.maximum(before, between)  # NaN where either is missing
    median = np.where(np.isnan(low), latest, np.maximum(low, np.minimum(high, latest)))
    return np.concatenate([grid[:2], median])


def series_features(grid: Array, ends: NDArray[np.int64], preparation: Preparation) -> NDArray[np.float32]:
    """Features of the windows that end at steps `ends` of a module's grid, each at least WINDOW_STEPS - 1.

    Shape (len(ends), features); no value is missing. They depend on the HISTORY_STEPS up to the window's end alone.
    """
    low, high = np.asarray(preparation.low), np.asarray(preparation.high)
    middle = _with_derived((low + high) / 2)
    centred = (
        _with_derived(without_spikes(fill_forward(np.clip(grid, low, high)))) - middle
    )  # so that squares lose no digits
    known = ~np.isnan(centred)
    present = np.where(known, centred, 0.0)
    sums = (present, present**2, known.astype(np.float64))
    result = np.empty((len(ends), len(FEATURE_NAMES)), np.float32)
    phases = (ends + 1) % STEPS_A_MINUTE
    for phase in np.unique(phases):
        rows = np.flatnonzero(phases == phase)
        minutes = _Minutes(*(_by_minute(values[phase:]) for values in sums))
        last = (ends[rows] + 1 - phase) // STEPS_A_MINUTE - 1  # the minute that each window ends with
        result[rows] = np.concatenate([centred[ends[rows]] + middle, *_statistics(minutes, last, middle)], axis=1)
    missing = np.isnan(result)
    if missing.any():
        result[missing] = np.broadcast_to(np.asarray(preparation.typical, np.float32), result.shape)[missing]
    return result


def captured(features: NDArray[np.float32]) -> Array:
    """Features as captures and baselines have them: six significant digits, so that they are short and agree."""
    values = features.astype(np.float64)
    scale = 10.0 ** (SIGNIFICANT - 1 - np.floor(np.log10(np.maximum(np.abs(values), 1e-12))))
    return np.round(values * scale) / scale


class _Minutes(NamedTuple):
    """Sums over each minute of the centred values, their squares, and the number of readings; (minutes, channels)."""

    total: Array
    square: Array
    readings: Array


def _with_derived(values: Array) -> Array:
    """Channels (..., c) and what is derived of them, (..., c + 2)."""
    spread = values[..., _MAX] - values[..., _MEAN]
    rise = values[..., _MEAN] - values[..., _AMBIENT]
    return np.concatenate([values, spread[..., None], rise[..., None]], axis=-1)


def _statistics(minutes: _Minutes, last: NDArray[np.int64], middle: Array) -> list[Array]:
    """Deltas, means and standard deviations of windows that end with the minutes `last`; (windows, channels) each."""
    level = _ratio(minutes.total, minutes.readings)
    deltas = [level[last] - level[last - lag] for lag in LAGS]
    means, deviations = [], []
    for span in SPANS:
        total, square, count = (_summed(sums, span) for sums in minutes)
        mean = _ratio(total, count)
        variance = _ratio(square, count) - mean**2
        means.append(mean[last - (span - 1)] + middle)
        deviations.append(np.sqrt(np.maximum(variance, 0.0))[last - (span - 1)])
    return [*deltas, *means, *deviations]


def _by_minute(values: NDArray) -> Array:
    """Sums over each whole minute: (steps, c) -> (minutes, c)."""
    minutes = len(values) // STEPS_A_MINUTE
    shape = (minutes, STEPS_A_MINUTE, values.shape[-1])
    return values[: minutes * STEPS_A_MINUTE].reshape(shape).sum(1, dtype=np.float64)


def _summed(sums: Array, span: int) -> Array:
    """Sums over `span` minutes, by their first; added in one order, whatever the series' length."""
    starts = len(sums) - span + 1
    return sum((sums[later : later + starts] for later in range(1, span)), sums[:starts])


def _ratio(total: Array, count: Array) -> Array:
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
