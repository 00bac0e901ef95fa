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
STEP_KELVIN, SHORTEST_STEP = 2.0, 0.1  # K, s


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
    left = np.clip(nodes[..., 1:], 0.0, None)
    left[..., 2] = np.clip(1.0 - nodes[..., 3], 0.0, None)
    return left


def derivative(nodes: Array) -> Array:
    """d(state)/dt of isolated (adiabatic) nodes, same shape as `nodes`."""
    rates = rate_constants(nodes) * remaining(nodes)
    return np.concatenate([(rates * KELVIN).sum(-1, keepdims=True), -CONSUMES * rates], axis=-1)


def self_heating(nodes: Array) -> Array:
    """Adiabatic self-heating rate [K/s], shape (...)."""
    return (rate_constants(nodes) * remaining(nodes) * KELVIN).sum(-1)


def react(nodes: Array, seconds: float) -> Array:
    """Let each node react by itself for `seconds`; shape (n, STATES) in and out.

    Exponential midpoint steps, which can convert no more than there is. A quiet node takes one; one that heats itself
    takes its own many, each short enough to warm it by some 2 K, or by what it releases in 0.1 s.
    """
    result = _step(nodes, np.full(len(nodes), seconds))
    stiff = np.flatnonzero((self_heating(nodes) > STIFF_RATE) | (self_heating(result) > STIFF_RATE))
    left, moving = np.full(len(stiff), float(seconds)), nodes[stiff]
    while stiff.size:
        size = np.minimum(left, STEP_KELVIN / np.maximum(self_heating(moving), 1e-9) + SHORTEST_STEP)
        moving, left = _step(moving, size), left - size
        done = left <= 0.0
        if done.any():
            result[stiff[done]] = moving[done]
            stiff, moving, left = stiff[~done], moving[~done], left[~done]
    return result


def _step(nodes: Array, seconds: Array) -> Array:
    """One exponential midpoint step of each node, as long as its entry of `seconds`, (n,)."""
    span = seconds[:, None]
    middle = nodes + derivative(nodes) * (span / 2)
    middle[:, 1:] = np.clip(middle[:, 1:], 0.0, 1.0)
    converted = remaining(nodes) * -np.expm1(-rate_constants(middle) * span)
    result = nodes.copy()
    result[:, 1:] -= CONSUMES * converted
    result[:, 0] += converted @ KELVIN
    return result
