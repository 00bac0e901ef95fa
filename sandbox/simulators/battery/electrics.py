"""Voltage and heat of a cell. Current is positive while charging.

LiCoO2 | graphite, 50 Ah, 4.2 V when full.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CAPACITY_AH = 50.0
RESISTANCE = 1.2e-3  # ohm per new cell at 25 C
ENTROPY = -29.78 / 96485  # V/K: dU/dT = dS/F of discharging a full LiC6 | CoO2 cell; Q. Huang, M. Yan, Z. Jiang,
# J. Power Sources 156 (2006) 541: -29.78 J/(K mol), exothermic on discharge
MELT_RESISTANCE = 0.02  # ohm, cell short after the separator has collapsed
SEPARATOR_MELTS = 406.0  # K (133 C), of polyethylene
EMPTY, FULL_OF_PLATING = -0.05, 1.6  # states of charge at which a cell takes and gives no more
_SOC = np.array([-0.05, 0.0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0, 1.2, 1.6])
_OCV = np.array([2.50, 3.00, 3.40, 3.52, 3.62, 3.72, 3.84, 4.00, 4.09, 4.20, 4.65, 5.00])


def open_circuit_voltage(charge: Array) -> Array:
    """Volt per cell at a state of charge; above 1 it climbs the overcharge plateau."""
    return np.interp(charge, _SOC, _OCV)


def resistance(temperature: Array) -> Array:
    """Ohm per new cell: falls with temperature [K] (activation 20 kJ/mol)."""
    return RESISTANCE * np.exp(np.minimum(np.maximum(20e3 / 8.314 * (1 / temperature - 1 / 298.15), -1.5), 1.5))


def reversible_heat(current: Array, temperature: Array) -> Array:
    """Entropic heat per cell [W], positive when the cell warms.

    D. Bernardi, E. Pawlikowski, J. Newman, J. Electrochem. Soc. 132 (1985) 5, has q = -I T dU/dT with I positive on
    discharge; here I is positive on charge. With dU/dT < 0 a cell warms while discharging and cools while charging.
    """
    return current * temperature * ENTROPY


def load_heat(current: Array, temperature: Array, charge: Array, ohm: Array) -> Array:
    """Heat per cell [W]: Joule, reversible, and on overcharge the energy that plating and oxidation turn to heat."""
    excess = np.maximum(charge - 1.0, 0.0)
    overvoltage = np.maximum(open_circuit_voltage(charge) - 4.2, 0.0)
    side_reactions = np.maximum(current, 0.0) * (4.0 * excess + overvoltage)
    return current**2 * ohm + reversible_heat(current, temperature) + side_reactions


def melt_conductance(temperature: Array) -> Array:
    """Siemens through the collapsed separator of a cell at `temperature` [K]."""
    return 1 / MELT_RESISTANCE / (1 + np.exp(np.clip(-(temperature - SEPARATOR_MELTS) / 4.0, -50, 50)))
