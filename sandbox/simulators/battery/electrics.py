"""Voltage and heat of a cell, and the load of a site. Current is positive while charging."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CAPACITY_AH = 50.0
RESISTANCE = 1.2e-3  # ohm per cell at 25 C
ENTROPY = -1.0e-4  # V/K, reversible heat; typical magnitude for LiCoO2 | graphite
MELT_RESISTANCE = 0.02  # ohm, cell short after the separator has collapsed
SEPARATOR_MELTS = 413.0  # K (140 C); polyethylene shuts down near 130 C, and shrinks through above
_SOC = np.array([-0.05, 0.0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0, 1.2, 1.6])
_OCV = np.array([2.50, 3.00, 3.40, 3.52, 3.62, 3.72, 3.84, 4.00, 4.09, 4.20, 4.65, 5.00])


def open_circuit_voltage(charge: Array) -> Array:
    """Volt per cell at a state of charge; above 1 it climbs the overcharge plateau."""
    return np.interp(charge, _SOC, _OCV)


def resistance(temperature: Array) -> Array:
    """Ohm per cell: falls with temperature [K] (activation 20 kJ/mol)."""
    return RESISTANCE * np.exp(np.clip(20e3 / 8.314 * (1 / temperature - 1 / 298.15), -1.5, 1.5))


def load_heat(current: Array, temperature: Array, charge: Array) -> Array:
    """Heat per cell [W]: Joule, reversible, and on overcharge the energy that plating and oxidation turn to heat."""
    excess = np.clip(charge - 1.0, 0.0, None)
    overvoltage = np.clip(open_circuit_voltage(charge) - 4.2, 0.0, None)
    side_reactions = np.clip(current, 0.0, None) * (4.0 * excess + overvoltage)
    return current**2 * resistance(temperature) - current * temperature * ENTROPY + side_reactions


def melt_conductance(temperature: Array) -> Array:
    """Siemens through the collapsed separator of a cell at `temperature` [K]."""
    return 1 / MELT_RESISTANCE / (1 + np.exp(np.clip(-(temperature - SEPARATOR_MELTS) / 4.0, -50, 50)))


def draw_load(rng: np.random.Generator, racks: int, steps: int, seconds: float) -> Array:
    """Requested current [A], shape (steps, racks): charge, discharge and rest by turns of 20 to 90 minutes."""
    load = np.zeros((steps, racks))
    for rack in range(racks):
        start = 0
        while start < steps:
            length = int(rng.uniform(1200, 5400) / seconds)
            load[start : start + length, rack] = rng.choice([-1, 0, 1], p=[0.4, 0.2, 0.4]) * rng.uniform(8, 45)
            start += length
    ripple = rng.normal(0.0, 1.0, load.shape)
    return load * (1 + 0.03 * ripple)


def draw_ambient(rng: np.random.Generator, steps: int, seconds: float) -> Array:
    """Air temperature [K], shape (steps,): a day's cycle and slow weather."""
    hours = (rng.uniform(0, 24) + np.arange(steps) * seconds / 3600) * 2 * np.pi / 24
    weather = np.cumsum(rng.normal(0.0, 0.02 * np.sqrt(seconds / 10), steps))
    return 273.15 + rng.uniform(16, 32) + rng.uniform(2, 7) * np.sin(hours) + weather
