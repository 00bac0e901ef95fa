"""Fires: when and where one starts, how it grows, whether it reaches the next zone, and when it is out.

Growth is the t-squared law of fire engineering, Q = alpha t^2 with the four standard classes (NFPA 72, annex B;
ISO/TR 13387-2). Many fires smoulder first, which gives smoke and gas and hardly any heat.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.simulators.fire.building import ZONES, Building

GROWTH_KW_S2 = {"slow": 0.00293, "medium": 0.01172, "fast": 0.0469, "ultrafast": 0.1876}
_CLASS_SHARES = (0.3, 0.4, 0.22, 0.08)
_SMOULDERS = 0.45
_SMOULDERING_KW = 2.0
_DEAD_KW = 3.0


@dataclass(frozen=True)
class Fire:
    """One zone that burns. Times are steps of the day."""

    zone: int
    ignition: int
    end: int
    """The first step in which it no longer burns."""
    origin: NDArray[np.float64]  # (2,) m
    heat_kw: NDArray[np.float64]  # by step from ignition to end
    smoke_yield: NDArray[np.float64]  # g of soot for each MJ, by step
    co_yield: NDArray[np.float64]  # g/MJ
    visible: bool
    """A flame detector has it in sight."""


def draw_fires(rng: np.random.Generator, building: Building, mean: float, steps: int, step_s: float) -> list[Fire]:
    """Fires of one day, none of which crosses midnight; no zone burns twice at a time."""
    fires: list[Fire] = []
    for _ in range(rng.poisson(mean)):
        zone, ignition = int(rng.integers(ZONES)), int(rng.uniform(0.02, 0.96) * steps)
        fires += _spreading(rng, building, zone, ignition, steps, step_s)
    kept: list[Fire] = []
    for fire in sorted(fires, key=lambda one: one.ignition):
        if all(other.zone != fire.zone or fire.ignition > other.end for other in kept):
            kept.append(fire)
    return kept


def burning(fires: list[Fire], steps: int) -> NDArray[np.bool_]:
    """(steps, zones)"""
    found = np.zeros((steps, ZONES), bool)
    for fire in fires:
        found[fire.ignition : fire.end, fire.zone] = True
    return found


def _spreading(
    rng: np.random.Generator, building: Building, zone: int, ignition: int, steps: int, step_s: float
) -> Iterator[Fire]:
    """The fire, and those that it lights beside it once it is large."""
    first = _burn(rng, building, zone, ignition, steps, step_s)
    if first is None:
        return
    yield first
    large = np.flatnonzero(first.heat_kw > 600)
    beside = np.flatnonzero(building.adjacent[zone])
    if large.size and rng.random() < 0.6:
        later = ignition + int(large[0] + rng.uniform(60, 300) / step_s)
        if later < first.end:
            lit = _burn(rng, building, int(rng.choice(beside)), later, steps, step_s)
            if lit is not None:
                yield lit


def _burn(
    rng: np.random.Generator, building: Building, zone: int, ignition: int, steps: int, step_s: float
) -> Fire | None:
    alpha = GROWTH_KW_S2[str(rng.choice(list(GROWTH_KW_S2), p=_CLASS_SHARES))] * rng.lognormal(0, 0.25)
    smouldering_s = rng.uniform(120, 1500) if rng.random() < _SMOULDERS else 0.0
    peak_kw = min(rng.lognormal(np.log(250), 1.0), 8.0 * building.volume[zone])  # limited by fuel, and by air
    growing_s = np.sqrt(peak_kw / alpha)
    steady_s = rng.uniform(60, 600)
    decay_s = rng.uniform(40, 180)  # until it is 1/e: burnt out, or put out
    lasting_s = smouldering_s + growing_s + steady_s + decay_s * np.log(max(peak_kw / _DEAD_KW, 1.5))
    count = int(lasting_s / step_s)
    if ignition + count >= steps or count < 6:
        return None
    seconds = (np.arange(count) + 0.5) * step_s
    flaming = seconds - smouldering_s
    dying = np.clip(flaming - growing_s - steady_s, 0, None)
    heat = np.where(
        flaming < 0,
        _SMOULDERING_KW * np.clip(seconds / max(smouldering_s, 1), 0.02, 1) ** 2,
        np.minimum(alpha * np.clip(flaming, 0, None) ** 2 + _SMOULDERING_KW / 2, peak_kw) * np.exp(-dying / decay_s),
    )
    smouldering = flaming < 0
    soot, carbon_monoxide = rng.lognormal(np.log(2.5), 0.5), rng.lognormal(np.log(1.5), 0.4)
    return Fire(
        zone=zone,
        ignition=ignition,
        end=ignition + count,
        origin=rng.uniform(0.1, 0.9, 2) * building.sides[zone],
        heat_kw=heat,
        smoke_yield=np.where(smouldering, 7.0 * soot, soot),
        co_yield=np.where(smouldering, 12.0 * carbon_monoxide, carbon_monoxide),
        visible=bool(rng.random() < 0.6),
    )
