"""Measurement errors of one instrument: noise, drift, limits, missing values, outliers, stuck and dead sensors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Sensor:
    """`noise` and `outlier` are standard deviations, `drift` is per root hour; all in the channel's unit."""

    noise: float
    drift: float
    resolution: float
    limits: tuple[float, float]
    outlier: float


MISSING, OUTLIERS = 0.005, 5e-5  # share of readings
STUCK_PER_HOUR, STUCK_SECONDS = 2e-3, 900.0  # per instrument
DEAD_PER_HOUR = 5e-4  # an instrument that reads nothing from then on
DRIFT_SECONDS = 300.0  # drift is drawn this often and runs straight between


def measure(
    true: NDArray[np.float64], sensor: Sensor, rng: np.random.Generator, step: float, wear: float = 1.0
) -> Array:
    """Readings of (steps, n) instruments; NaN where a value is missing. `wear` multiplies noise and drift."""
    steps, count = true.shape
    noise, drift = np.float32(sensor.noise * wear), sensor.drift * wear
    values = rng.standard_normal(true.shape, np.float32) * noise + true.astype(np.float32)
    values += rng.standard_normal(count, np.float32) * noise + _wandering(rng, steps, count, drift, step)
    odd = _scattered(rng, values.size, OUTLIERS)
    values.flat[odd] += rng.normal(0.0, sensor.outlier, len(odd))
    stuck = episodes(rng, true.shape, STUCK_PER_HOUR, STUCK_SECONDS, step)
    if stuck.any():
        last_free = np.maximum.accumulate(np.where(stuck, 0, np.arange(steps)[:, None]), axis=0)
        values = np.take_along_axis(values, last_free, axis=0)
    for first, column in starts(rng, true.shape, DEAD_PER_HOUR, step):
        values[first:, column] = np.nan
    return values


def reported(values: Array, sensor: Sensor, rng: np.random.Generator) -> Array:
    """What reaches the table: rounded, limited, some of it lost."""
    resolution, low, high = (np.float32(value) for value in (sensor.resolution, *sensor.limits))
    values = np.clip(np.round(values / resolution) * resolution, low, high)
    values.flat[_scattered(rng, values.size, MISSING)] = np.nan
    return values


def episodes(
    rng: np.random.Generator, shape: tuple[int, int], per_hour: float, mean_seconds: float, step: float
) -> NDArray[np.bool_]:
    """True during episodes that begin at random in each column and last an exponential time."""
    active = np.zeros(shape, bool)
    for start, column in starts(rng, shape, per_hour, step):
        active[start : start + 1 + int(rng.exponential(mean_seconds) / step), column] = True
    return active


def starts(rng: np.random.Generator, shape: tuple[int, int], per_hour: float, step: float) -> list[tuple[int, int]]:
    count = rng.poisson(per_hour * shape[0] * shape[1] * step / 3600)
    return list(zip(rng.integers(0, shape[0], count).tolist(), rng.integers(0, shape[1], count).tolist(), strict=True))


def _scattered(rng: np.random.Generator, size: int, share: float) -> NDArray[np.int64]:
    return rng.integers(0, size, rng.poisson(share * size))


def _wandering(rng: np.random.Generator, steps: int, count: int, drift: float, step: float) -> Array:
    """A random walk of `drift` per root hour, (steps, count)."""
    knots = int(np.ceil(steps * step / DRIFT_SECONDS)) + 1
    walk = np.cumsum(rng.standard_normal((knots, count), np.float32), axis=0)
    walk *= np.float32(drift * np.sqrt(DRIFT_SECONDS / 3600))
    place = np.arange(steps) * (step / DRIFT_SECONDS)
    whole, part = place.astype(np.int64), (place % 1).astype(np.float32)[:, None]
    return walk[whole] * (1 - part) + walk[whole + 1] * part
