"""Exothermic decomposition of a charged LiCoO2 | graphite cell: four Arrhenius reactions.

Model and parameters: G.-H. Kim, A. Pesaran, R. Spotnitz, "A three-dimensional thermal abuse model for lithium-ion
cells", J. Power Sources 170 (2007) 476-489, table 1 (LiCoO2 | graphite), which extends T. D. Hatchard, D. D. MacNeil,
A. Basu, J. R. Dahn, "Thermal model of cylindrical and prismatic lithium-ion cells",
J. Electrochem. Soc. 148 (2001) A755-A761. NMC cells behave much alike; LFP cells release far less heat, and later.

State of a node, last axis, in this order: temperature [K], the remaining SEI, the remaining lithium in the anode, the
cathode's conversion and the remaining electrolyte (dimensionless). The SEI's thickness follows
from the lithium used up.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

GAS_CONSTANT = 8.314  # J/(mol K)
DENSITY = 2580.0  # kg/m3, Kim 2007
HEAT_CAPACITY = 830.0  # J/(kg K), Kim 2007
SEI_THICKNESS = 0.033  # initial and reference value, dimensionless
STATES = 5
STIFF_RATE = 0.02  # K/s of self-heating above which a node takes steps of its own
STEP_KELVIN, MOST_KELVIN, SHORTEST_STEP = 4.0, 20.0, 0.01  # K, K, s


@dataclass(frozen=True)
class Reaction:
    """`heat` [J/kg of reactant], `content` [kg of reactant per m3 of cell], `frequency` [1/s], `activation` [J/mol]."""

    heat: float
    content: float
    frequency: float
    activation: float
    initial: float

    @property
    def kelvin(self) -> float:
        """Adiabatic temperature rise of a cell per unit of conversion [K]."""
        return self.heat * self.content / (DENSITY * HEAT_CAPACITY)


SEI = Reaction(heat=257e3, content=610.4, frequency=1.667e15, activation=1.3508e5, initial=0.15)
ANODE = Reaction(heat=1714e3, content=610.4, frequency=2.5e13, activation=1.3508e5, initial=0.75)
CATHODE = Reaction(heat=314e3, content=1221.0, frequency=6.667e13, activation=1.396e5, initial=0.04)
ELECTROLYTE = Reaction(heat=155e3, content=406.9, frequency=5.14e25, activation=2.74e5, initial=1.0)
REACTIONS = (SEI, ANODE, CATHODE, ELECTROLYTE)
FREQUENCY = np.array([reaction.frequency for reaction in REACTIONS])
ACTIVATION = np.array([reaction.activation for reaction in REACTIONS])
KELVIN = np.array([reaction.kelvin for reaction in REACTIONS])
FRESH = np.array([reaction.initial for reaction in REACTIONS])
CONSUMES = np.array([1.0, 1.0, -1.0, 1.0])  # the cathode's conversion grows, the others are used up


def fresh_nodes(shape: tuple[int, ...], temperature: Array | float) -> Array:
    """Unreacted nodes at `temperature` [K]; shape (*shape, STATES)."""
    nodes = np.empty((*shape, STATES))
    nodes[..., 0] = temperature
    nodes[..., 1:] = FRESH
    return nodes


def rate_constants(nodes: Array) -> Array:
    """Rate of each reaction per unit of its driving amount [1/s], shape (..., 4)."""
    constants = FREQUENCY * np.exp(-ACTIVATION / (GAS_CONSTANT * nodes[..., :1]))
    thickness = SEI_THICKNESS + ANODE.initial - nodes[..., 2]
    constants[..., 1] *= np.exp(-thickness / SEI_THICKNESS)
    constants[..., 2] *= nodes[..., 3]  # autocatalytic: alpha * (1 - alpha)
    return constants


def remaining(nodes: Array) -> Array:
    """What each reaction can still convert, shape (..., 4)."""
    left = nodes[..., 1:].copy()
    left[..., 2] = 1.0 - left[..., 2]
    return np.maximum(left, 0.0)


def derivative(nodes: Array) -> Array:
    """d(state)/dt of isolated (adiabatic) nodes, same shape as `nodes`."""
    return _change(_rates(nodes))


def self_heating(nodes: Array) -> Array:
    """Adiabatic self-heating rate [K/s], shape (...)."""
    return _rates(nodes) @ KELVIN


def _rates(nodes: Array) -> Array:
    """Conversion by each reaction [1/s], shape (..., 4)."""
    return rate_constants(nodes) * remaining(nodes)


def _change(converted: Array) -> Array:
    """What a conversion by each reaction, (..., 4), does to the state, (..., STATES)."""
    return np.concatenate([(converted @ KELVIN)[..., None], -CONSUMES * converted], axis=-1)


def react(nodes: Array, seconds: float) -> Array:
    """Let each node react by itself for `seconds`; shape (n, STATES) in and out.

    Exponential midpoint steps, which can convert no more than there is. A quiet node takes one; one that heats itself
    takes its own many, each meant to warm it by some 4 K and taken again in quarters if it warms it far more.
    """
    rates = _rates(nodes)
    result = _step(nodes, rates, np.full(len(nodes), seconds))
    stiff = np.flatnonzero((rates @ KELVIN > STIFF_RATE) | (self_heating(result) > STIFF_RATE))
    left, moving = np.full(len(stiff), float(seconds)), nodes[stiff]
    longest = left.copy()
    while stiff.size:
        rates = _rates(moving)
        size = np.minimum(np.minimum(left, longest), STEP_KELVIN / np.maximum(rates @ KELVIN, 1e-9) + SHORTEST_STEP)
        candidate = _step(moving, rates, size)
        fine = (candidate[:, 0] - moving[:, 0] < MOST_KELVIN) | (size < SHORTEST_STEP / 100)
        longest = np.where(fine, seconds, size / 4)
        moving, left = np.where(fine[:, None], candidate, moving), left - np.where(fine, size, 0.0)
        going = left > 0.0
        if not going.all():
            result[stiff[~going]] = moving[~going]
            stiff, moving, left, longest = stiff[going], moving[going], left[going], longest[going]
    return result


def _step(nodes: Array, rates: Array, seconds: Array) -> Array:
    """One exponential midpoint step of each node, as long as its entry of `seconds`, (n,); `rates` are those now."""
    span = seconds[:, None]
    middle = nodes + _change(rates * (span / 2))
    middle[:, 1:] = np.minimum(np.maximum(middle[:, 1:], 0.0), 1.0)
    return nodes + _change(remaining(nodes) * -np.expm1(-rate_constants(middle) * span))
