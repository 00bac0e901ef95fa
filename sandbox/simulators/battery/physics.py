"""Simulates one site over time: load, faults, heat flow, decomposition, gas; neither sensors nor labels.

Operator splitting with a fixed step: half of the step's heat, the thermal network by its exact solution, the other
half (Strang), then each cell that is warm enough reacts by itself (`kinetics.react`). Cells of a module share one
charge and temperature as far as their electrics go, apart from those that are faulty or have melted. Energy is
conserved by construction; the step's error is tested (`tests/unit/test_battery_physics.py`) and held against a
solver of the whole system (`benchmarks/battery_simulator.py`).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sandbox.simulators.battery.conditions import Conditions
from sandbox.simulators.battery.electrics import (
    CAPACITY_AH,
    EMPTY,
    FULL_OF_PLATING,
    load_heat,
    melt_conductance,
    open_circuit_voltage,
    resistance,
)
from sandbox.simulators.battery.faults import Fault, FaultInputs, fault_inputs
from sandbox.simulators.battery.gas import Gas, strain
from sandbox.simulators.battery.history import History
from sandbox.simulators.battery.kinetics import fresh_nodes, react
from sandbox.simulators.battery.layout import CELL_HEAT, CELLS, LEVELS, MODULES, RACKS, Site, propagator

Array = NDArray[np.float64]

REACTS_ABOVE = 328.0  # K; at 55 C the SEI's decomposition takes weeks
MELTS_ABOVE = 385.0  # K; below, the separator is whole
MIST_DELAY = 240.0  # s after a rack's first runaway
RUNAWAY_RATE = 1.0  # K/s over a step, by decomposition alone (GB 38031-2020 asks for 1 C/s whatever heats the cell)
AMPERE_HOURS = 1 / 3600 / CAPACITY_AH  # of a new cell's charge per ampere and second


class _Cells:
    """The cells whose electrics are their own, by place in the site: faulty ones, and those that have melted."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.places = np.unique(np.array([fault.place for fault in faults], np.int64))
        self.charge_apart = np.zeros(MODULES * CELLS)  # a cell's state of charge less its module's

    def admit(self, temperature: Array) -> None:
        if (temperature > MELTS_ABOVE).any():
            self.places = np.union1d(self.places, np.flatnonzero(temperature > MELTS_ABOVE))

    @property
    def modules(self) -> NDArray[np.int64]:
        return self.places // CELLS


def run(
    site: Site,
    conditions: Conditions,
    charge: Array,
    faults: Sequence[Fault],
    step: float,
    probes: NDArray[np.int64] | None = None,
) -> History:
    """`charge` (64,): states of charge at the start; `probes` (64, n): the cells of each module that are watched."""
    air, steps = conditions.air, len(conditions.air)
    spread, along = propagator(site, step)
    nodes, gas, cells = fresh_nodes((MODULES * CELLS,), air[0] + 2.0), Gas.none(), _Cells(faults)
    history = History.empty(steps, step, air, probes)
    opened: set[int] = set()
    capacity = site.capacity
    for index in range(steps):
        inputs = fault_inputs(faults, index * step, opened)
        temperature = nodes[:, 0].reshape(MODULES, CELLS)
        mean = temperature.mean(1)
        current = _rack_current(conditions.load[index], charge, history.onset)
        ohm = resistance(mean) * site.resistance
        heat = load_heat(current, mean, charge, ohm)
        cooling = conditions.fans[index] * (1 - inputs.cooling_lost) + _mist(site, history.onset, index, step) - 1
        power = heat[:, None] - (site.to_air * cooling)[:, None] * (temperature - air[index])
        cells.admit(nodes[:, 0])
        volts = CELLS * (open_circuit_voltage(charge) + current * ohm)
        volts += _apart(cells, inputs, nodes[:, 0], charge, current, heat, site, power, step)
        history.record(index, temperature, volts, current, gas.ppm(), strain(mean, charge, gas.pressing()))

        gained = power * (step / 2 / CELL_HEAT)
        flowing = temperature + gained - air[index]
        flowed = spread @ flowing @ along
        conducted = (air[index] + flowed + gained).ravel()
        history.book(power.sum() * step, site, flowing, flowed, temperature, conducted, step)
        onward = nodes.copy()
        onward[:, 0] = conducted
        active = np.flatnonzero(conducted > REACTS_ABOVE)
        if active.size:
            onward[active] = react(onward[active], step)
        gas.step(active, onward[active, 1:] - nodes[active, 1:], step)
        warmed = onward[:, 0] - conducted
        history.react(index, warmed.reshape(MODULES, CELLS), RUNAWAY_RATE * step)
        opened |= {fault.place for fault in faults if onward[fault.place, 0] > fault.burns_open}
        charge = _limited(charge + current * step * AMPERE_HOURS / capacity)
        nodes = onward
    return history


def _apart(
    cells: _Cells,
    inputs: FaultInputs,
    temperature: Array,
    charge: Array,
    current: Array,
    heat: Array,
    site: Site,
    power: Array,
    step: float,
) -> Array:
    """Electrics of the cells that have their own: adds to `power` and moves their charge.

    Returns what they add to their modules' voltages, (64,).
    """
    places, modules = cells.places, cells.modules
    if not places.size:
        return np.zeros(MODULES)
    kelvin, string = temperature[places], current[modules]
    own = _limited(charge[modules] + cells.charge_apart[places])
    volt, ohm = open_circuit_voltage(own), resistance(kelvin) * site.resistance[modules]
    short = (inputs.short_conductance[places] + melt_conductance(kelvin)) * (own > EMPTY)
    extra, contact = inputs.extra_current[places], inputs.contact_resistance[places]
    through = string + extra
    warmth = load_heat(through, kelvin, own, ohm) + through**2 * contact + volt**2 * short
    np.add.at(power.reshape(-1), places, warmth - heat[modules])
    moved = (extra - volt * short) * step * AMPERE_HOURS / site.capacity
    cells.charge_apart[places] = own + moved - charge[modules]
    seen = (volt + through * ohm) / (1 + short * ohm) + string * contact  # short and resistance divide the voltage
    typical = open_circuit_voltage(charge)[modules] + string * (resistance(kelvin) * site.resistance[modules])
    return np.bincount(modules, seen - typical, MODULES).astype(np.float64)


def _limited(charge: Array) -> Array:
    return np.minimum(np.maximum(charge, EMPTY), FULL_OF_PLATING)


def _rack_current(load: Array, charge: Array, onset: NDArray[np.int64]) -> Array:
    """Every module of a rack carries its string's current; limits on charge and a lost module open the string."""
    mean_charge = charge.reshape(RACKS, LEVELS).mean(1)
    stopped = (onset.reshape(RACKS, LEVELS) >= 0).any(1)
    stopped |= (load > 0) & (mean_charge > 0.93) | (load < 0) & (mean_charge < 0.12)
    return np.repeat(np.where(stopped, 0.0, load), LEVELS)


def _mist(site: Site, onset: NDArray[np.int64], index: int, step: float) -> Array:
    """Extra share of the air's conductance, (64,): water mist cools a rack some minutes after its first runaway."""
    racks = onset.reshape(RACKS, LEVELS)
    flooded = ((racks >= 0) & (racks <= index - MIST_DELAY / step)).any(1)
    return np.repeat(flooded * (site.mist - 1), LEVELS)
