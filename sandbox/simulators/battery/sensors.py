"""What instruments say about a site's true history: lag, noise, drift, missing values, outliers, stuck sensors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from sandbox.simulators.battery.layout import CELLS
from sandbox.simulators.battery.physics import History

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Sensor:
    """`noise` and `outlier` are standard deviations, `drift` is per root hour; all in the channel's unit."""

    noise: float
    drift: float
    resolution: float
    limits: tuple[float, float]
    outlier: float


SENSORS = {
    "voltage_v": Sensor(0.004, 0.001, 0.001, (0.0, 80.0), 8.0),
    "current_a": Sensor(0.15, 0.02, 0.01, (-300.0, 300.0), 60.0),
    "temperature_mean_c": Sensor(0.10, 0.05, 0.1, (-40.0, 250.0), 40.0),
    "temperature_max_c": Sensor(0.15, 0.08, 0.1, (-40.0, 250.0), 40.0),
    "ambient_c": Sensor(0.15, 0.08, 0.1, (-40.0, 85.0), 20.0),
    "strain_ue": Sensor(3.0, 2.0, 1.0, (-5000.0, 5000.0), 400.0),
    "gas_ppm": Sensor(1.2, 1.0, 0.5, (0.0, 5000.0), 300.0),
}
SURFACE_LAG = 30.0  # s
SURFACE_SHARE = 0.92  # of the rise above the air that reaches the surface
GAS_BACKGROUND = 4.0  # ppm
MISSING, OUTLIERS = 0.005, 5e-5  # share of readings
STUCK_PER_HOUR, STUCK_SECONDS = 2e-3, 900.0  # per channel and module
DROPOUTS_PER_HOUR, DROPOUT_SECONDS = 0.05, 40.0  # whole rows of a module


def read_sensors(history: History, rng: np.random.Generator) -> dict[str, Array]:
    """Readings by channel, each (steps, 64); NaN where a value is missing."""
    step = float(history.seconds[1] - history.seconds[0])
    readings = {name: _instrument(true, SENSORS[name], rng, step) for name, true in _surfaces(history, step).items()}
    lost = _episodes(rng, history.hot.shape, DROPOUTS_PER_HOUR, DROPOUT_SECONDS, step)
    for values in readings.values():
        values[lost] = np.nan
    return readings


def _surfaces(history: History, step: float) -> dict[str, Array]:
    air = history.air[:, None]
    hottest = np.maximum(history.hot, history.bulk)
    mean = (history.hot + (CELLS - 1) * history.bulk) / CELLS
    return {
        "voltage_v": history.voltage,
        "current_a": history.current,
        "temperature_mean_c": _lag(air + SURFACE_SHARE * (mean - air), step) - 273.15,
        "temperature_max_c": _lag(air + SURFACE_SHARE * (hottest - air), step) - 273.15,
        "ambient_c": np.broadcast_to(air - 273.15, history.hot.shape),
        "strain_ue": history.strain,
        "gas_ppm": history.gas + GAS_BACKGROUND,
    }


def _lag(values: Array, step: float) -> Array:
    """First-order lag that starts in equilibrium."""
    keep = np.exp(-step / SURFACE_LAG)
    return lfilter([1 - keep], [1, -keep], values, axis=0, zi=keep * values[:1])[0]


def _instrument(true: Array, sensor: Sensor, rng: np.random.Generator, step: float) -> Array:
    shape = true.shape
    drift = np.cumsum(rng.normal(0.0, sensor.drift * np.sqrt(step / 3600), shape), axis=0)
    values = true + rng.normal(0.0, sensor.noise, shape[1]) + drift + rng.normal(0.0, sensor.noise, shape)
    values += np.where(rng.random(shape) < OUTLIERS, rng.normal(0.0, sensor.outlier, shape), 0.0)
    stuck = _episodes(rng, shape, STUCK_PER_HOUR, STUCK_SECONDS, step)
    if stuck.any():
        last_free = np.maximum.accumulate(np.where(stuck, 0, np.arange(shape[0])[:, None]), axis=0)
        values = np.take_along_axis(values, last_free, axis=0)
    values = np.clip(np.round(values / sensor.resolution) * sensor.resolution, *sensor.limits)
    values[rng.random(shape) < MISSING] = np.nan
    return values


def _episodes(
    rng: np.random.Generator, shape: tuple[int, ...], per_hour: float, mean_seconds: float, step: float
) -> NDArray[np.bool_]:
    """True during episodes that begin at random in each column and last an exponential time."""
    active = np.zeros(shape, bool)
    for start, column in np.argwhere(rng.random(shape) < per_hour * step / 3600):
        active[start : start + 1 + int(rng.exponential(mean_seconds) / step), column] = True
    return active
