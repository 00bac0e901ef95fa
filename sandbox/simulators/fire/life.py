"""What a building is like without any event: weather, heating, people at work. Arrays are (steps, zones)."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from sandbox.simulators.fire.building import ZONES, Building
from sandbox.simulators.fire.transport import mixed

_CO2_OUTSIDE_PPM, _CO2_M3_S = 420.0, 5.2e-6  # of one person
_BUSY = {"office": 0.06, "kitchen": 0.05, "workshop": 0.03, "storage": 0.005, "washroom": 0.02, "garage": 0.01}
"""People for each square metre, at the busiest time."""


@dataclass(frozen=True)
class Background:
    temperature: NDArray[np.float64]  # degC
    humidity: NDArray[np.float64]  # percent
    co2: NDArray[np.float64]  # ppm
    voc: NDArray[np.float64]  # ppb
    pm25: NDArray[np.float64]  # ug/m3
    co: NDArray[np.float64]  # ppm
    sun: NDArray[np.float64]  # (steps,), 0 to 1
    people: NDArray[np.float64]


def live(rng: np.random.Generator, building: Building, day: datetime, steps: int, step_s: float) -> Background:
    """A day from midnight, local time; seasons and weekends are the calendar's."""
    hour = np.arange(steps) * step_s / 3600
    season = np.cos(2 * np.pi * (day.timetuple().tm_yday - 200) / 365)  # 1 in mid July
    clouds = np.clip(0.5 + wander(rng, steps, 1, 3 * 3600 / step_s)[:, 0] * 0.4, 0, 1)
    sun = np.clip(np.sin(np.pi * (hour - 6 + 2 * season / 2) / (12 + 3 * season)), 0, None) * (1 - 0.8 * clouds)
    outside = 10 + 10 * season + 5 * np.sin(np.pi * (hour - 9) / 12) + 1.5 * rng.normal()
    at_work = np.clip(np.minimum(hour - 7, 18.5 - hour), 0, 1) * (1.0 if day.weekday() < 5 else 0.15)
    area = building.volume / building.height
    busy = np.array([_BUSY[use] for use in building.use]) * area * rng.uniform(0.4, 1.4, ZONES)
    people = np.clip(at_work[:, None] * busy * (1 + 0.5 * wander(rng, steps, ZONES, 1800 / step_s)), 0, None)
    co2 = _CO2_OUTSIDE_PPM + 1e6 * mixed(building, people * _CO2_M3_S, step_s)
    set_point = 20 + 1.5 * rng.normal(size=ZONES) + 1.5 * np.clip(season, 0, None)
    warmth = (
        set_point + 0.08 * (outside[:, None] - 15) + 0.15 * people / area * 20 + 2.0 * sun[:, None] * rng.random(ZONES)
    )
    temperature = warmth + 0.3 * wander(rng, steps, ZONES, 1200 / step_s)
    humidity = 42 + 10 * season + 0.004 * (co2 - _CO2_OUTSIDE_PPM) + 2 * wander(rng, steps, ZONES, 3600 / step_s)
    voc = 120 + 0.12 * (co2 - _CO2_OUTSIDE_PPM) + 25 * np.abs(wander(rng, steps, ZONES, 2400 / step_s))
    traffic = np.exp(0.4 * wander(rng, steps, 1, 2 * 3600 / step_s)) * (1 + 0.6 * at_work[:, None])
    return Background(
        temperature=temperature,
        humidity=np.clip(humidity, 8, 95),
        co2=co2,
        voc=voc,
        pm25=6 * traffic * rng.uniform(0.6, 1.5, ZONES) * np.exp(0.15 * wander(rng, steps, ZONES, 900 / step_s)),
        co=0.4 * traffic * rng.uniform(0.5, 1.5, ZONES),
        sun=sun,
        people=people,
    )


def wander(rng: np.random.Generator, steps: int, series: int, memory_steps: float) -> NDArray[np.float64]:
    """First-order noise of mean zero and deviation one that forgets within `memory_steps`. (steps, series)"""
    keep = np.exp(-1 / max(memory_steps, 1e-3))
    noise = rng.standard_normal((steps, series), dtype=np.float32)
    start = rng.standard_normal((1, series))
    moved, _ = lfilter([np.sqrt(1 - keep**2)], [1.0, -keep], noise, axis=0, zi=keep * start)
    return moved
