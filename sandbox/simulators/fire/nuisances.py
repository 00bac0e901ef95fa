"""What looks like a fire to some sensor and is none: cooking, steam, welding, dust, exhaust, solvents, heaters."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sandbox.simulators.fire.building import ZONES, Building

Series = NDArray[np.float64]


def _zeros(steps: int) -> Series:
    return np.zeros((steps, ZONES))


@dataclass
class Releases:
    """What all sources together let into each zone's air, but for fires. (steps, zones)"""

    steps: int
    heat_kw: Series = field(init=False)
    soot_g_s: Series = field(init=False)
    dust_g_s: Series = field(init=False)  # coarse: it scatters light and is no soot
    co_g_s: Series = field(init=False)
    co2_g_s: Series = field(init=False)
    voc_g_s: Series = field(init=False)
    water_g_s: Series = field(init=False)
    flame_w_m2: Series = field(init=False)  # infrared that reaches a detector which sees it

    def __post_init__(self) -> None:
        for name in ("heat_kw", "soot_g_s", "dust_g_s", "co_g_s", "co2_g_s", "voc_g_s", "water_g_s", "flame_w_m2"):
            setattr(self, name, _zeros(self.steps))


@dataclass(frozen=True)
class Nuisance:
    kind: str
    zone: int
    start: int
    end: int


def draw_nuisances(
    rng: np.random.Generator, building: Building, per_zone: float, working: bool, releases: Releases, step_s: float
) -> list[Nuisance]:
    """Add a day's nuisances to `releases`, and tell which there were. `per_zone`: of a zone, on a working day."""
    found = []
    for zone in range(ZONES):
        kinds = _OF_USE[building.use[zone]]
        for _ in range(rng.poisson(per_zone * (1.0 if working else 0.4))):
            kind = str(rng.choice(list(kinds), p=np.array(list(kinds.values())) / sum(kinds.values())))
            shortest, longest, release = _KINDS[kind]
            count = max(2, int(60 * rng.uniform(shortest, longest) / step_s))
            hour = np.clip(rng.normal(13, 3.5), 0.5, 23)
            start = min(int(hour * 3600 / step_s), releases.steps - count - 1)
            span = slice(start, start + count)
            release(rng, releases, span, zone, count)
            found.append(Nuisance(kind, zone, start, start + count))
    return found


def _swell(rng: np.random.Generator, count: int) -> Series:
    """How strongly, by step: up quickly, on with ups and downs, and off."""
    x = np.linspace(0, 1, count)
    return (
        np.clip(x / 0.15, 0, 1) * np.clip((1 - x) / 0.1, 0, 1) * np.clip(1 + 0.3 * rng.standard_normal(count), 0, None)
    )


def _cooking(rng: np.random.Generator, to: Releases, span: slice, zone: int, count: int) -> None:
    course = _swell(rng, count)
    burnt = rng.random() < 0.25  # toast, a pan: plenty of smoke for some minutes
    to.heat_kw[span, zone] += rng.uniform(1, 4) * course
    to.soot_g_s[span, zone] += rng.lognormal(np.log(2e-3 if burnt else 2e-4), 0.5) * course
    to.voc_g_s[span, zone] += rng.uniform(2e-4, 2e-3) * course
    to.water_g_s[span, zone] += rng.uniform(0.2, 1.5) * course
    to.co_g_s[span, zone] += rng.uniform(0.001, 0.01) * course
    to.co2_g_s[span, zone] += rng.uniform(0, 0.3) * course


def _steam(rng: np.random.Generator, to: Releases, span: slice, zone: int, count: int) -> None:
    course = _swell(rng, count)
    to.water_g_s[span, zone] += rng.uniform(1, 5) * course
    to.heat_kw[span, zone] += rng.uniform(0.5, 2) * course


def _welding(rng: np.random.Generator, to: Releases, span: slice, zone: int, count: int) -> None:
    arc = (rng.random(count // 6 + 1) < 0.5).repeat(6)[:count]  # for about a minute at a time
    to.flame_w_m2[span, zone] += arc * rng.uniform(5, 120, count)
    to.soot_g_s[span, zone] += arc * rng.uniform(1e-3, 5e-3)
    to.heat_kw[span, zone] += arc * rng.uniform(2, 6)
    to.co_g_s[span, zone] += arc * rng.uniform(0.001, 0.01)
    to.voc_g_s[span, zone] += arc * rng.uniform(1e-4, 5e-4)


def _dust(rng: np.random.Generator, to: Releases, span: slice, zone: int, count: int) -> None:
    to.dust_g_s[span, zone] += rng.lognormal(np.log(1e-3), 1.2) * _swell(rng, count)


def _exhaust(rng: np.random.Generator, to: Releases, span: slice, zone: int, count: int) -> None:
    course = _swell(rng, count)
    to.co_g_s[span, zone] += rng.lognormal(np.log(0.1), 0.7) * course
    to.co2_g_s[span, zone] += rng.uniform(1, 3) * course
    to.soot_g_s[span, zone] += rng.uniform(5e-5, 4e-4) * course
    to.voc_g_s[span, zone] += rng.uniform(1e-3, 5e-3) * course
    to.heat_kw[span, zone] += rng.uniform(1, 5) * course


def _solvent(rng: np.random.Generator, to: Releases, span: slice, zone: int, count: int) -> None:
    to.voc_g_s[span, zone] += rng.lognormal(np.log(3e-3), 0.8) * _swell(rng, count)


def _heater(rng: np.random.Generator, to: Releases, span: slice, zone: int, count: int) -> None:
    to.heat_kw[span, zone] += rng.uniform(1.0, 4.0) * _swell(rng, count)
    to.voc_g_s[span, zone] += rng.uniform(0, 3e-4)  # dust that burns off its coils
    to.flame_w_m2[span, zone] += rng.uniform(0, 6)


def _smoking(rng: np.random.Generator, to: Releases, span: slice, zone: int, count: int) -> None:
    course = _swell(rng, count)
    to.soot_g_s[span, zone] += rng.uniform(1e-5, 6e-5) * course
    to.co_g_s[span, zone] += rng.uniform(1e-4, 4e-4) * course
    to.voc_g_s[span, zone] += rng.uniform(5e-5, 2e-4) * course


_Release = Callable[[np.random.Generator, Releases, slice, int, int], None]
_KINDS: dict[str, tuple[float, float, _Release]] = {  # shortest and longest, in minutes
    "cooking": (5, 40, _cooking),
    "steam": (5, 25, _steam),
    "welding": (10, 80, _welding),
    "dust": (5, 60, _dust),
    "exhaust": (1, 6, _exhaust),
    "solvent": (5, 60, _solvent),
    "heater": (30, 180, _heater),
    "smoking": (4, 12, _smoking),
}
_OF_USE: dict[str, dict[str, float]] = {
    "office": {"heater": 1, "smoking": 0.4, "solvent": 0.3, "dust": 0.2},
    "kitchen": {"cooking": 4, "steam": 1.5, "solvent": 0.3},
    "workshop": {"welding": 2, "dust": 1.5, "solvent": 1, "heater": 0.4},
    "storage": {"dust": 1, "exhaust": 0.3, "smoking": 0.3},
    "washroom": {"steam": 3, "solvent": 1, "smoking": 0.5},
    "garage": {"exhaust": 3, "welding": 0.4, "dust": 0.5, "solvent": 0.4},
}
