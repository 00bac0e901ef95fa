"""One site through time: load, faults, heat flow, decomposition, gas. No sensor and no label is known here.

Operator splitting with a fixed step: the thermal network advances by its exact propagator with the step's heat sources,
then each node reacts by itself (`kinetics.react`). Energy is conserved by construction; the step's error is
tested (`tests/unit/test_battery_physics.py`).
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sandbox.simulators.battery.electrics import (
    CAPACITY_AH,
    draw_ambient,
    draw_load,
    load_heat,
    melt_conductance,
    open_circuit_voltage,
    resistance,
)
from sandbox.simulators.battery.faults import Fault, fault_inputs
from sandbox.simulators.battery.gas import Gas, conversion, strain
from sandbox.simulators.battery.kinetics import fresh_nodes, react
from sandbox.simulators.battery.layout import BULK, CAPACITY, CELLS, HOT, LEVELS, MODULES, RACKS, Site, propagator

Array = NDArray[np.float64]

REACTS_ABOVE = 318.0  # K; below, SEI decomposition takes years
MIST_DELAY = 240.0  # s after a rack's first runaway
RUNAWAY_RATE = 1.0  # K/s over a step, by decomposition alone (GB 38031-2020 asks for 1 C/s whatever heats the cell)


@dataclass
class History:
    """True quantities, (steps, 64) unless said otherwise. `onset` is the step of a module's runaway, -1 if none."""

    seconds: Array
    air: Array  # K, (steps,)
    hot: Array  # K
    bulk: Array  # K
    voltage: Array
    current: Array
    gas: Array  # ppm
    strain: Array  # microstrain
    onset: NDArray[np.int64] = field(default_factory=lambda: np.full(MODULES, -1))
    joules: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("stored", "sources", "reactions", "air"), 0.0)
    )

    @classmethod
    def empty(cls, steps: int, seconds: float, air: Array) -> "History":
        names = ("hot", "bulk", "voltage", "current", "gas", "strain")
        blank: dict[str, Any] = {name: np.zeros((steps, MODULES)) for name in names}
        return cls(seconds=np.arange(steps, dtype=np.float64) * seconds, air=air, **blank)


def simulate_site(rng: np.random.Generator, faults: list[Fault], duration: float, step: float = 10.0) -> History:
    """Advance a freshly drawn site for `duration` seconds; what is drawn does not depend on the faults."""
    steps = int(round(duration / step))
    site, charge = Site.draw(rng), np.clip(rng.normal(rng.uniform(0.55, 0.85), 0.02, MODULES), 0.1, 0.95)
    air, load = draw_ambient(rng, steps, step), draw_load(rng, RACKS, steps, step)
    return run(site, air, load, charge, faults, step)


def run(site: Site, air: Array, load: Array, charge: Array, faults: list[Fault], step: float) -> History:
    """`air` [K] (steps,), `load` [A] (steps, racks), `charge` (64,) initial state of charge."""
    decay, drive = propagator(site, step)
    nodes, gas = fresh_nodes((2 * MODULES,), air[0] + 2.0), Gas.none()
    cell_charge = np.stack([charge, charge])  # bulk cells, hot cell
    history = History.empty(len(air), step, air)
    opened: set[int] = set()
    for index in range(len(air)):
        inputs = fault_inputs(faults, index * step, MODULES, opened)
        current = _rack_current(load[index], cell_charge[0], history.onset) + inputs.extra_current
        hot, bulk = nodes[HOT, 0], nodes[BULK, 0]
        short = inputs.short_conductance + melt_conductance(hot)
        cell_volt = open_circuit_voltage(cell_charge)
        cooling = 1 - inputs.cooling_lost + _mist(site, history.onset, index - MIST_DELAY / step)
        power = np.concatenate(
            [
                (CELLS - 1) * load_heat(current, bulk, cell_charge[0])
                - site.to_air * (cooling - 1) * (bulk - air[index]),
                load_heat(current, hot, cell_charge[1])
                + current**2 * inputs.contact_resistance
                + cell_volt[1] ** 2 * short * (cell_charge[1] > 0),
            ]
        )
        _record(history, index, nodes, cell_volt, current, inputs.contact_resistance, short, gas, cell_charge)
        before = nodes
        nodes = nodes.copy()
        nodes[:, 0] = decay @ before[:, 0] + drive @ (power + site.air() * air[index])
        active = nodes[:, 0] > REACTS_ABOVE
        conducted = nodes[:, 0].copy()
        if active.any():
            nodes[active] = react(nodes[active], step)
        gas.step(conversion(before, nodes), step)
        cell_charge = cell_charge + current * step / 3600 / CAPACITY_AH
        cell_charge[1] -= cell_volt[1] * short * step / 3600 / CAPACITY_AH
        cell_charge = np.clip(cell_charge, -0.05, 1.6)
        _mark_onsets(history, index, conducted, nodes[:, 0], step)
        opened |= {f.module for f in faults if nodes[HOT, 0][f.module] > f.burns_open}
        to_air = float(site.air() @ ((before[:, 0] + conducted) / 2 - air[index]))
        _account(history, before[:, 0], conducted, nodes[:, 0], power.sum(), to_air, step)
    return history


def _rack_current(load: Array, charge: Array, onset: NDArray[np.int64]) -> Array:
    """Every module of a rack carries its string's current; limits on charge and a lost module open the string."""
    mean_charge = charge.reshape(RACKS, LEVELS).mean(1)
    stopped = (onset.reshape(RACKS, LEVELS) >= 0).any(1)
    stopped |= (load > 0) & (mean_charge > 0.93) | (load < 0) & (mean_charge < 0.12)
    return np.repeat(np.where(stopped, 0.0, load), LEVELS)


def _mist(site: Site, onset: NDArray[np.int64], until: float) -> Array:
    """Extra share of the air's conductance, (64,): water mist cools a rack some minutes after its first runaway."""
    racks = onset.reshape(RACKS, LEVELS)
    flooded = ((racks >= 0) & (racks <= until)).any(1)
    return np.repeat(flooded * (site.mist - 1), LEVELS)


def _record(
    history: History,
    index: int,
    nodes: Array,
    cell_volt: Array,
    current: Array,
    contact: Array,
    short: Array,
    gas: Gas,
    charge: Array,
) -> None:
    hot, bulk = nodes[HOT, 0], nodes[BULK, 0]
    history.hot[index], history.bulk[index], history.current[index] = hot, bulk, current
    inner = resistance(hot)
    hot_volt = (cell_volt[1] + current * inner) / (1 + short * inner)  # the short and the resistance divide the voltage
    history.voltage[index] = (CELLS - 1) * (cell_volt[0] + current * resistance(bulk)) + hot_volt + current * contact
    history.gas[index] = gas.ppm()
    history.strain[index] = strain(((CELLS - 1) * bulk + hot) / CELLS, charge[0], gas.pressing())


def _mark_onsets(history: History, index: int, conducted: Array, reacted: Array, step: float) -> None:
    fast = ((reacted - conducted) / step >= RUNAWAY_RATE).reshape(2, MODULES).any(0)
    history.onset[fast & (history.onset < 0)] = index + 1


def _account(
    history: History, before: Array, conducted: Array, after: Array, sources: float, to_air: float, step: float
) -> None:
    """Energy book of the site [J]. `air` comes from the temperatures alone, so that the book can fail to balance."""
    history.joules["stored"] += float(CAPACITY @ (after - before))
    history.joules["sources"] += sources * step
    history.joules["reactions"] += float(CAPACITY @ (after - conducted))
    history.joules["air"] += to_air * step
