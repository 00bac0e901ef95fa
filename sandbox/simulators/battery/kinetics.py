"""Exothermic decomposition of a charged lithium-ion cell: four Arrhenius reactions.

Model and parameters: G.-H. Kim, A. Pesaran, R. Spotnitz, "A three-dimensional thermal abuse model for lithium-ion
cells", J. Power Sources 170 (2007) 476-489, table 1 (LiCoO2 | graphite), which extends T. D. Hatchard, D. D. MacNeil,
A. Basu, J. R. Dahn, "Thermal model of cylindrical and prismatic lithium-ion cells",
J. Electrochem. Soc. 148 (2001) A755-A761.

State of a node, last axis, in this order: temperature [K], the remaining SEI, the remaining lithium in the anode, the
cathode's conversion and the remaining electrolyte (dimensionless). The SEI's thickness follows
from the lithium used up.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

Array = NDArray[np.float64]

GAS_CONSTANT = 8.314  # J/(mol K)
DENSITY = 2580.0  # kg/m3, Kim 2007
HEAT_CAPACITY = 830.0  # J/(kg K), Kim 2007
SEI_THICKNESS = 0.033  # initial and reference value, dimensionless
STATES = 5
STIFF_RATE = 0.02  # K/s of self-heating above which a node goes to the stiff solver


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

    Quiet nodes take one exponential midpoint step; those that heat themselves go to SciPy's stiff LSODA.
    """
    result = _quiet_step(nodes, seconds)
    stiff = (self_heating(nodes) > STIFF_RATE) | (self_heating(result) > STIFF_RATE)
    if stiff.any():
        result[stiff] = _stiff_step(nodes[stiff], seconds)
    return result


def _quiet_step(nodes: Array, seconds: float) -> Array:
    middle = nodes + derivative(nodes) * (seconds / 2)
    converted = remaining(nodes) * -np.expm1(-rate_constants(middle) * seconds)
    result = nodes.copy()
    result[:, 1:] -= CONSUMES * converted
    result[:, 0] += converted @ KELVIN
    return result


def _stiff_step(nodes: Array, seconds: float) -> Array:
    """All nodes as one system: they do not interact, so the Jacobian is banded, one block a node."""
    solution = solve_ivp(
        lambda _, flat: derivative(flat.reshape(-1, STATES)).ravel(),
        (0.0, seconds),
        nodes.ravel(),
        method="LSODA",
        t_eval=[seconds],
        rtol=1e-6,
        atol=1e-9,
        lband=STATES - 1,
        uband=STATES - 1,
    )
    if not solution.success:
        raise RuntimeError(f"The stiff solver failed on nodes at {nodes[:, 0].round(1)} K: {solution.message}")
    return solution.y[:, -1].reshape(-1, STATES)
