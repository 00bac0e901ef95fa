"""Causes of false alarms: vapours of solvents, tests of gas sensors, maintenance, lost air conditioning.

Rates are per site and hour; several of each are met in a hundred recordings.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.simulators.battery.layout import LEVELS, MODULES, RACKS

Array = NDArray[np.float64]

HVAC_LOSS_PER_HOUR, MAINTENANCE_PER_HOUR, VAPOUR_PER_HOUR = 0.03, 0.05, 0.05
VAPOUR_PPM = (20.0, 800.0)  # at a rack's median module; paint, cleaning agents
TEST_GAS_PPM, TEST_GAS_SECONDS = (80.0, 400.0), 90.0  # a gas sensor is held under test gas, one after another
WORK_MINUTES, VAPOUR_MINUTES, HVAC_MINUTES = (15.0, 60.0), (5.0, 60.0), (30.0, 150.0)
DOOR_KELVIN = 4.0  # by which the air at an opened rack differs


@dataclass(frozen=True)
class Work:
    """Maintenance of a rack from step `first` to before `last`: its string is open and its door too."""

    rack: int
    first: int
    last: int
    tests_gas: bool


def draw_work(rng: np.random.Generator, steps: int, seconds: float) -> tuple[Work, ...]:
    return tuple(
        Work(int(rng.integers(RACKS)), first, last, bool(rng.random() < 0.5))
        for first, last in _times(rng, steps, seconds, MAINTENANCE_PER_HOUR, WORK_MINUTES)
    )


def hvac_loss(rng: np.random.Generator, steps: int, seconds: float) -> tuple[Array, Array]:
    """Kelvin by which the air warms, and the fans' share of their flow, (steps,)."""
    warmth, fans, index = np.zeros(steps), np.ones(steps), np.arange(steps)
    for first, last in _times(rng, steps, seconds, HVAC_LOSS_PER_HOUR, HVAC_MINUTES):
        rise, after = rng.uniform(6.0, 18.0), np.maximum(index - last, 0)
        lost = -np.expm1(-np.clip(index - first, 0, last - first) * seconds / 2400) * np.exp(-after * seconds / 1200)
        warmth = np.maximum(warmth, rise * lost)
        fans[first:last] = rng.uniform(0.15, 0.7)
    return warmth, fans


def vapour(rng: np.random.Generator, steps: int, seconds: float) -> Array:
    """Foreign ppm at each gas sensor, (steps, 64): a rack's modules get it in shares, neighbours of the rack little."""
    ppm, index = np.zeros((steps, MODULES)), np.arange(steps)
    for first, last in _times(rng, steps, seconds, VAPOUR_PER_HOUR, VAPOUR_MINUTES):
        reach = np.repeat(0.5 ** (2.0 * np.abs(np.arange(RACKS) - rng.integers(RACKS))), LEVELS)
        reach = reach * rng.lognormal(0.0, 0.6, MODULES) * np.exp(rng.uniform(*np.log(VAPOUR_PPM)))
        spreads, clears = rng.uniform(20, 300), rng.uniform(120, 900)
        comes = -np.expm1(-np.clip(index - first, 0, last - first) * seconds / spreads)
        ppm += (comes * np.exp(-np.maximum(index - last, 0) * seconds / clears))[:, None] * reach
    return ppm


def gas_test(rng: np.random.Generator, work: tuple[Work, ...], steps: int, seconds: float) -> Array:
    """ppm of test gas at each gas sensor, (steps, 64), during maintenance that checks them."""
    ppm, length = np.zeros((steps, MODULES)), max(1, int(TEST_GAS_SECONDS / seconds))
    for one in (one for one in work if one.tests_gas):
        for level in range(LEVELS):
            first = one.first + level * (length + int(30 / seconds))
            if first < one.last:
                ppm[first : min(first + length, one.last), one.rack * LEVELS + level] = rng.uniform(*TEST_GAS_PPM)
    return ppm


def _times(
    rng: np.random.Generator, steps: int, seconds: float, per_hour: float, minutes: tuple[float, float]
) -> list[tuple[int, int]]:
    """First and last step of episodes that begin at random."""
    count = rng.poisson(per_hour * steps * seconds / 3600)
    firsts = rng.integers(0, steps, count)
    return [(int(first), int(first + rng.uniform(*minutes) * 60 / seconds)) for first in firsts]
