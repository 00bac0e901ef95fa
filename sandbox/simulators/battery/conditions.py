"""Operating conditions of a site: season and weather, its age, and a load that changes over the years.

A site's recordings lie on a calendar. Summers are hot, cells age, and later sites cycle harder (from storing solar
power to regulating frequency), so that what is learned on early sites meets other conditions on later ones.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from sandbox.simulators.battery.layout import RACKS
from sandbox.simulators.battery.nuisances import Work, draw_work, hvac_loss

Array = NDArray[np.float64]

HOTTEST_DAY = 200  # of the year, northern
YEARS_TO_CHANGE = 3.0  # over which the newest way of using a site replaces the oldest


@dataclass(frozen=True)
class Conditions:
    """What is imposed on a site, by step.

    `air` [K] and the fans' share of their flow, (steps,); `load` [A] wanted of each rack, (steps, racks); `work` on it.
    """

    air: Array
    fans: Array
    load: Array
    work: tuple[Work, ...] = ()

    @classmethod
    def steady(cls, steps: int, kelvin: float, ampere: float) -> "Conditions":
        return cls(np.full(steps, kelvin), np.ones(steps), np.full((steps, RACKS), ampere))


def draw_ageing(rng: np.random.Generator, years: float) -> float:
    """0 new, 1 at the end of life, of cells of a site recorded `years` after the fleet began to grow."""
    return float(np.clip(rng.uniform(0.0, 0.25) + rng.uniform(0.0, 0.15) * years, 0.0, 1.0))


def draw_conditions(rng: np.random.Generator, steps: int, seconds: float, start: datetime, years: float) -> Conditions:
    """Weather and load of one recording; its load changes character once in four recordings."""
    now = _load(rng, steps, seconds, years)
    if rng.random() < 0.25:
        change = int(rng.integers(steps // 4, steps))
        now[change:] = _load(rng, steps, seconds, years + 1.0)[change:]
    work = draw_work(rng, steps, seconds)
    for one in work:
        now[one.first : one.last, one.rack] = 0.0
    warmth, fans = hvac_loss(rng, steps, seconds)
    return Conditions(_air(rng, steps, seconds, start) + warmth, fans, now, work)


def _air(rng: np.random.Generator, steps: int, seconds: float, start: datetime) -> Array:
    """Air at the racks [K]: half conditioned, so that season, day and weather come through damped."""
    day_of_year = start.timetuple().tm_yday
    season = 6.0 * np.cos(2 * np.pi * (day_of_year - HOTTEST_DAY) / 365)
    hour = rng.uniform(0, 24) + np.arange(steps) * seconds / 3600
    weather = np.cumsum(rng.normal(0.0, 0.02 * np.sqrt(seconds / 10), steps))
    return 273.15 + rng.normal(23.0, 2.5) + season + rng.uniform(1, 4) * np.sin(2 * np.pi * hour / 24) + weather


def _load(rng: np.random.Generator, steps: int, seconds: float, years: float) -> Array:
    """Current wanted [A], (steps, racks): charge, discharge and rest by turns, quicker and harder in later years."""
    modern = rng.random() < np.clip(years / YEARS_TO_CHANGE, 0.0, 1.0)
    shortest, longest, hardest = (240, 1800, 55) if modern else (1200, 5400, 45)
    load = np.zeros((steps, RACKS))
    for rack in range(RACKS):
        start = 0
        while start < steps:
            length = max(1, int(rng.uniform(shortest, longest) / seconds))
            load[start : start + length, rack] = rng.choice([-1, 0, 1], p=[0.4, 0.2, 0.4]) * rng.uniform(8, hardest)
            start += length
    return load * (1 + (0.10 if modern else 0.03) * rng.normal(0.0, 1.0, load.shape))
