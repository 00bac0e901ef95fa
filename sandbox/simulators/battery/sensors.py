"""Sensors: what a site's instruments measure of its true history.

Four thermometers sit on a module's surface, on cells drawn at random: the faulty cell is seldom one of them. Gas
sensors sit somewhere in the enclosure, get a share of what a cell vents, and react to other vapours as well.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from sandbox.simulators.battery.conditions import Conditions
from sandbox.simulators.battery.history import History
from sandbox.simulators.battery.instruments import Sensor, episodes, measure, reported, starts
from sandbox.simulators.battery.layout import CELLS, LEVELS, MODULES
from sandbox.simulators.battery.nuisances import DOOR_KELVIN, gas_test, vapour

Array = NDArray[np.float32]

SENSORS = {
    "voltage_v": Sensor(0.004, 0.001, 0.001, (0.0, 80.0), 8.0),
    "current_a": Sensor(0.15, 0.02, 0.01, (-300.0, 300.0), 60.0),
    "temperature_mean_c": Sensor(0.15, 0.08, 0.1, (-40.0, 250.0), 40.0),
    "temperature_max_c": Sensor(0.15, 0.08, 0.1, (-40.0, 250.0), 40.0),
    "ambient_c": Sensor(0.15, 0.08, 0.1, (-40.0, 85.0), 20.0),
    "strain_ue": Sensor(3.0, 2.0, 1.0, (-5000.0, 5000.0), 400.0),
    "gas_ppm": Sensor(1.2, 1.0, 0.5, (0.0, 5000.0), 300.0),
}
THERMOMETERS = 4
SURFACE_LAG = 30.0  # s
SURFACE_SHARE = 0.92  # of the rise above the air that reaches the surface
DETACHED_PER_HOUR = 1e-3  # a thermometer that comes off its cell and then reads a mixture with the air
CORRODES_PER_HOUR = 8e-4  # a thermometer whose resistance creeps, so that it reads ever higher
CORRODED_KELVIN, CORROSION_MINUTES = (15.0, 90.0), (3.0, 60.0)
DEBONDS_PER_HOUR = 5e-4  # a strain gauge comes loose, and its zero jumps or creeps
DEBONDED_UE, DEBONDING_MINUTES = 250.0, (0.2, 30.0)
GAS_BACKGROUND = 4.0  # ppm
GAS_LAG = 20.0  # s
GAS_SHARE, GAS_SPREAD = 0.03, 0.8  # of the enclosure's mean ppm that a sensor sees: median, deviation of the logarithm
GAS_LEAKS = 0.02  # of what a module's sensor sees, to those above and below
POISONED = 0.003  # share of gas sensors that see a hundredth
SWAPPED = 0.004  # share of modules whose thermometers, or gas sensor, are wired to the module above
DROPOUTS_PER_HOUR, DROPOUT_SECONDS = 0.05, 40.0  # whole rows of a module


def draw_probes(rng: np.random.Generator) -> NDArray[np.int64]:
    """The cells that carry a module's thermometers, (64, 4)."""
    return rng.permuted(np.tile(np.arange(CELLS), (MODULES, 1)), axis=1)[:, :THERMOMETERS]


def read_sensors(history: History, conditions: Conditions, rng: np.random.Generator, wear: float) -> dict[str, Array]:
    """Readings by channel, each (steps, 64); NaN where a value is missing. `wear`: 1 for new instruments."""
    step = float(history.seconds[1] - history.seconds[0])
    shape = history.voltage.shape
    thermometers = _thermometers(history, rng, step, wear)
    true = {
        "voltage_v": history.voltage,
        "current_a": history.current,
        "ambient_c": _air(history, conditions, rng),
        "strain_ue": history.strain
        + _creep(rng, shape, step, DEBONDS_PER_HOUR, DEBONDING_MINUTES, lambda: rng.normal(0.0, DEBONDED_UE)),
        "gas_ppm": _gas(history, conditions, rng, step),
    }
    seen = {name: measure(values, SENSORS[name], rng, step, wear) for name, values in true.items()}
    seen["temperature_mean_c"], seen["temperature_max_c"] = _mean_and_max(thermometers)
    lost = episodes(rng, shape, DROPOUTS_PER_HOUR, DROPOUT_SECONDS, step)
    readings = {name: reported(seen[name], sensor, rng) for name, sensor in SENSORS.items()}
    for values in readings.values():
        values[lost] = np.nan
    return readings


def _thermometers(history: History, rng: np.random.Generator, step: float, wear: float) -> Array:
    """Celsius, (steps, 64, 4)."""
    air, shape = history.air[:, None, None], history.watched.shape
    surface = air + SURFACE_SHARE * (history.watched - air) - 273.15
    flat = _lag(surface.reshape(shape[0], -1), step, SURFACE_LAG)
    for column in np.flatnonzero(rng.random(flat.shape[1]) < DETACHED_PER_HOUR * history.seconds[-1] / 3600):
        first, share = rng.integers(shape[0]), rng.uniform(0.1, 0.8)
        flat[first:, column] += share * (history.air[first:] - 273.15 - flat[first:, column])
    flat += _creep(rng, flat.shape, step, CORRODES_PER_HOUR, CORROSION_MINUTES, lambda: rng.uniform(*CORRODED_KELVIN))
    values = measure(flat, SENSORS["temperature_max_c"], rng, step, wear).reshape(shape)
    return values[:, _wiring(rng)]


def _mean_and_max(thermometers: Array) -> tuple[Array, Array]:
    """Of the thermometers that read anything."""
    known = ~np.isnan(thermometers)
    count = known.sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, thermometers, np.float32(0)).sum(-1) / count.astype(np.float32)
    return mean, np.where(count > 0, np.where(known, thermometers, -np.inf).max(-1), np.nan).astype(np.float32)


def _air(history: History, conditions: Conditions, rng: np.random.Generator) -> NDArray[np.float64]:
    air = np.repeat(history.air[:, None] - 273.15, MODULES, axis=1)
    for work in conditions.work:
        modules = slice(work.rack * LEVELS, (work.rack + 1) * LEVELS)
        air[work.first : work.last, modules] += rng.uniform(-DOOR_KELVIN, DOOR_KELVIN)
    return air


def _gas(history: History, conditions: Conditions, rng: np.random.Generator, step: float) -> NDArray[np.float64]:
    """ppm at each sensor, its own module's and what drifts in."""
    share = GAS_SHARE * rng.lognormal(0.0, GAS_SPREAD, MODULES)
    own = history.gas * share
    above, below = np.roll(own, 1, axis=1), np.roll(own, -1, axis=1)
    above[:, ::LEVELS], below[:, LEVELS - 1 :: LEVELS] = 0.0, 0.0
    steps = len(history.seconds)
    foreign = vapour(rng, steps, step) + gas_test(rng, conditions.work, steps, step)
    ppm = (own + GAS_LEAKS * (above + below) + foreign) * np.where(rng.random(MODULES) < POISONED, 0.01, 1.0)
    return GAS_BACKGROUND + _lag(ppm[:, _wiring(rng)], step, GAS_LAG)


def _creep(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    step: float,
    per_hour: float,
    minutes: tuple[float, float],
    draw: Callable[[], float],
) -> NDArray[np.float64]:
    """Errors of instruments that begin to read wrong at random, by an amount that is drawn, (steps, instruments)."""
    steps, count = shape
    error = np.zeros((steps, count))
    for first, instrument in starts(rng, (steps, count), per_hour, step):
        seconds = rng.uniform(*minutes) * 60
        error[first:, instrument] += draw() * -np.expm1(-np.arange(steps - first) * step / seconds)
    return error


def _wiring(rng: np.random.Generator) -> NDArray[np.int64]:
    """Which module each module's readings come from."""
    wired = np.arange(MODULES)
    for module in np.flatnonzero(rng.random(MODULES - 1) < SWAPPED / 2):
        wired[[module, module + 1]] = wired[[module + 1, module]]
    return wired


def _lag(values: NDArray[np.float64], step: float, seconds: float) -> NDArray[np.float64]:
    """First-order lag that starts in equilibrium."""
    keep = np.exp(-step / seconds)
    return lfilter([1 - keep], [1, -keep], values, axis=0, zi=keep * values[:1])[0]
