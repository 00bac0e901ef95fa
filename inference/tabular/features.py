"""Features of telemetry windows: the one implementation, for training (whole series) and serving (one window).

Series are put on an absolute time grid, clipped, filled forward for a while, freed of spikes (a median of three steps),
and cut into windows. A channel's features are its latest value, its changes, and means and standard deviations over
the spans that the domain's `Signals` name.
"""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from inference.contracts.base import Contract
from inference.contracts.telemetry import Signals

Array = NDArray[np.float64]


def of_channel(signals: Signals, name: str) -> NDArray[np.bool_]:
    """Which features a measured channel enters: its own, and those of what is derived from it. Shape (features,)."""
    bases = {name, *(one.name for one in signals.derived if name in (one.minuend, one.subtrahend))}
    return np.array([feature.split(":")[0] in bases for feature in signals.feature_names])


class Preparation(Contract):
    """What is fitted on the training split alone."""

    low: Annotated[tuple[float, ...], Field(description="by channel: smaller readings are clipped to it")]
    high: Annotated[tuple[float, ...], Field(description="by channel: larger readings are clipped to it")]
    typical: Annotated[tuple[float, ...], Field(description="by feature: its median; stands in for a missing value")]


def to_grid(seconds: Array, readings: Array, first_step: int, steps: int, step_s: int) -> Array:
    """Readings (n, channels) at `seconds` since the epoch (sorted) on steps of `step_s`; NaN where nothing was read.

    Of several readings in a step the latest value of each channel counts. Shape (steps, channels).
    """
    grid = np.full((steps, readings.shape[1]), np.nan)
    index = np.floor_divide(seconds, step_s).astype(np.int64) - first_step
    inside = (index >= 0) & (index < steps)
    index, readings = index[inside], readings[inside]
    if np.all(index[1:] > index[:-1]):
        grid[index] = readings
        return grid
    for channel in range(readings.shape[1]):
        known = ~np.isnan(readings[:, channel])
        grid[index[known], channel] = readings[known, channel]
    return grid


def fill_forward(grid: Array, limit: int) -> Array:
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


def series_features(
    grid: Array, ends: NDArray[np.int64], preparation: Preparation, signals: Signals
) -> NDArray[np.float32]:
    """Features of the windows that end at steps `ends` of an entity's grid, each at least `window_steps` - 1.

    Shape (len(ends), features); no value is missing. They depend on the `history_steps` up to the window's end alone.
    """
    low, high = np.asarray(preparation.low), np.asarray(preparation.high)
    middle = _with_derived((low + high) / 2, signals)
    steady = without_spikes(fill_forward(np.clip(grid, low, high), signals.fill_steps))
    centred = _with_derived(steady, signals) - middle  # so that squares lose no digits
    known = ~np.isnan(centred)
    present = np.where(known, centred, 0.0)
    sums = (present, present**2, known.astype(np.float64))
    result = np.empty((len(ends), len(signals.feature_names)), np.float32)
    size = signals.spans_s[0] // signals.step_s
    phases = (ends + 1) % size
    for phase in np.unique(phases):
        rows = np.flatnonzero(phases == phase)
        blocks = _Blocks(*(_by_block(values[phase:], size) for values in sums))
        last = (ends[rows] + 1 - phase) // size - 1  # the block that each window ends with
        result[rows] = np.concatenate([centred[ends[rows]] + middle, *_statistics(blocks, last, middle, signals)], 1)
    missing = np.isnan(result)
    if missing.any():
        result[missing] = np.broadcast_to(np.asarray(preparation.typical, np.float32), result.shape)[missing]
    return result


class _Blocks(NamedTuple):
    """Sums over each shortest span of the centred values, their squares, and the number of readings; (blocks, c)."""

    total: Array
    square: Array
    readings: Array


def _with_derived(values: Array, signals: Signals) -> Array:
    """Channels (..., c) and what is derived of them, (..., c + d)."""
    place = signals.channel_names.index
    less = [values[..., place(one.minuend)] - values[..., place(one.subtrahend)] for one in signals.derived]
    return np.concatenate([values, *(one[..., None] for one in less)], axis=-1)


def _statistics(blocks: _Blocks, last: NDArray[np.int64], middle: Array, signals: Signals) -> list[Array]:
    """Changes, means and standard deviations of windows that end with the blocks `last`; (windows, channels) each."""
    level = _ratio(blocks.total, blocks.readings)
    deltas = [level[last] - level[last - lag // signals.spans_s[0]] for lag in signals.lags_s]
    means, deviations = [], []
    for span in (seconds // signals.spans_s[0] for seconds in signals.spans_s):
        total, square, count = (_summed(sums, span) for sums in blocks)
        mean = _ratio(total, count)
        variance = _ratio(square, count) - mean**2
        means.append(mean[last - (span - 1)] + middle)
        deviations.append(np.sqrt(np.maximum(variance, 0.0))[last - (span - 1)])
    return [*deltas, *means, *deviations]


def _by_block(values: NDArray, size: int) -> Array:
    """Sums over each `size` steps: (steps, c) -> (blocks, c)."""
    blocks = len(values) // size
    return values[: blocks * size].reshape(blocks, size, values.shape[-1]).sum(1, dtype=np.float64)


def _summed(sums: Array, span: int) -> Array:
    """Sums over `span` blocks, by their first; added in one order, whatever the series' length."""
    starts = len(sums) - span + 1
    return sum((sums[later : later + starts] for later in range(1, span)), sums[:starts])


def _ratio(total: Array, count: Array) -> Array:
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
