"""What instruments make of the air: lag, gain, offset, noise, limits; dust that builds up, gaps, dead ones."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from inference.contracts.zones import ZoneChannel
from sandbox.simulators.fire.air import Air, obscuration
from sandbox.simulators.fire.building import SENSORS

CHANNELS = (
    ZoneChannel(name="temperature_c", unit="degC", low=-40, high=600, meaning="air at the sensor"),
    ZoneChannel(name="smoke_pct_m", unit="%/m", low=0, high=100, meaning="obscuration of light"),
    ZoneChannel(name="pm25_ug_m3", unit="ug/m3", low=0, high=5000, meaning="fine particles"),
    ZoneChannel(name="co_ppm", unit="ppm", low=0, high=5000, meaning="carbon monoxide"),
    ZoneChannel(name="co2_ppm", unit="ppm", low=0, high=40_000, meaning="carbon dioxide"),
    ZoneChannel(name="voc_ppb", unit="ppb", low=0, high=100_000, meaning="volatile organic compounds"),
    ZoneChannel(name="humidity_pct", unit="%", low=0, high=100, meaning="relative humidity"),
    ZoneChannel(name="flame_ir", unit="1", low=0, high=1, meaning="infrared in the flame band, share of full scale"),
)
NAMES = tuple(channel.name for channel in CHANNELS)

# by channel: response time in s, relative noise, absolute noise, relative gain error, offset, share of sensors without
_LAG_S = np.array([25, 12, 8, 30, 25, 15, 15, 1.0])
_RELATIVE = np.array([0, 0.03, 0.08, 0.02, 0.01, 0.05, 0, 0.03])
_ABSOLUTE = np.array([0.12, 0.02, 0.6, 0.4, 12, 8, 0.6, 0.004])
_GAIN = np.array([0.01, 0.1, 0.15, 0.08, 0.03, 0.15, 0.03, 0.15])
_OFFSET = np.array([0.35, 0.02, 0.5, 0.4, 20, 15, 1.5, 0.003])
_LACKING = np.array([0, 0, 0.25, 0, 0.25, 0.25, 0, 0.5])
_LOW = np.array([channel.low for channel in CHANNELS], np.float32)
_HIGH = np.array([600, 30, 1500, 1000, 10_000, 30_000, 100, 1], np.float32)
_FULL_SCALE_W_M2 = 60.0
_DIGITS = np.array([1, 2, 1, 1, 0, 0, 1, 3])


def measure(site: np.random.Generator, day: np.random.Generator, air: Air, age_days: float, step_s: float) -> NDArray:
    """Readings of all sensors, (steps, sensors, channels) float32; NaN: not measured.

    Args:
        site: draws what a sensor keeps for ever: its gain, its offset, what it lacks.
        day: draws what differs from day to day.
        age_days: dust builds up in smoke detectors from the start of the recordings on.
    """
    steps = air.temperature.shape[0]
    truth = np.empty((steps, SENSORS, len(NAMES)), np.float32)
    quantities = (
        air.temperature,
        obscuration(air),
        1e6 * (air.soot + 0.3 * air.dust) + 4 * np.clip(air.humidity - 90, 0, None),
        air.co + 0.0004 * air.voc,  # cross-sensitivity
        air.co2,
        air.voc,
        air.humidity,
        -np.expm1(-air.flame / _FULL_SCALE_W_M2),
    )
    for number, quantity in enumerate(quantities):
        lagged = _lag(quantity.reshape(steps, SENSORS).astype(np.float32), _LAG_S[number] / step_s)
        truth[:, :, number] = lagged
    gain = 1 + _GAIN * site.standard_normal((SENSORS, len(NAMES)))
    offset = _OFFSET * site.standard_normal((SENSORS, len(NAMES)))
    dirt = site.exponential(0.02, SENSORS) * age_days / 30
    dead_from = np.where(site.random(SENSORS) < 0.04, site.uniform(0, 60, SENSORS), np.inf)
    lacking = site.random((SENSORS, len(NAMES))) < _LACKING
    truth *= gain.astype(np.float32)
    truth += offset.astype(np.float32)
    truth[:, :, NAMES.index("smoke_pct_m")] += dirt.astype(np.float32)
    scale = np.abs(truth) * _RELATIVE.astype(np.float32) + _ABSOLUTE.astype(np.float32)
    truth += scale * day.standard_normal(truth.shape, dtype=np.float32)
    factor = (10.0**_DIGITS).astype(np.float32)
    readings = np.clip(np.round(truth * factor) / factor, _LOW, _HIGH).astype(np.float32, copy=False)
    _interrupt(day, readings)
    readings[:, lacking] = np.nan
    _die(day, readings, age_days - dead_from, step_s)
    return readings


def _lag(values: NDArray[np.float32], steps: float) -> NDArray:
    """First-order response along the first axis, settled at its start."""
    keep = np.exp(-1 / max(steps, 1e-3))
    answered, _ = lfilter([1 - keep], [1.0, -keep], values, axis=0, zi=keep * values[:1])
    return answered


def _interrupt(rng: np.random.Generator, readings: NDArray[np.float32]) -> None:
    """Single messages lost, and connections lost for minutes."""
    steps = len(readings)
    lost = rng.integers(0, steps * SENSORS, steps * SENSORS // 300)
    readings.reshape(steps * SENSORS, -1)[lost] = np.nan
    for _ in range(rng.poisson(10)):
        start = int(rng.integers(steps))
        readings[start : start + int(rng.geometric(1 / 30)), rng.integers(SENSORS)] = np.nan


def _die(rng: np.random.Generator, readings: NDArray[np.float32], days_dead: NDArray, step_s: float) -> None:
    """From its last hour on a sensor says nothing, or the same for ever."""
    for sensor in np.flatnonzero(days_dead > -1):
        first = int(max(0.0, -days_dead[sensor]) * 86_400 / step_s)
        readings[first:, sensor] = np.nan if sensor % 2 else readings[min(first, len(readings) - 1), sensor]
