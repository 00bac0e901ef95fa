"""Smoke, gas and heat in well-mixed zones that exchange air with their neighbours and with the outside.

dc/dt = source / V - (fresh air) c + sum over neighbours of (exchange / V) (c_neighbour - c): linear, with constant
coefficients, so a day is solved exactly for sources that are constant over each step: the system's matrix is
diagonalised, and each mode is a first-order recursion.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.signal import lfilter

from sandbox.simulators.fire.building import Building

WALL_LOSS_PER_S = 1 / 240
"""What walls and ceiling take from warm smoke: it halves within some minutes."""


def mixed(building: Building, sources: NDArray, step_s: float, loss_per_s: float = 0.0) -> NDArray[np.float64]:
    """Excess concentration of each zone over its background at the end of each step.

    Args:
        sources: (steps, zones), amount a second.
        loss_per_s: what else takes it away: settling, walls.

    Returns:
        (steps, zones), amount a cubic metre.
    """
    volume = building.volume
    inflow = building.exchange / volume[:, None]
    matrix = inflow - np.diag(inflow.sum(axis=1) + building.air_changes + loss_per_s)
    # Symmetric after scaling by the square root of the volumes, for the exchange itself is symmetric.
    root = np.sqrt(volume)
    rates, modes = eigh(matrix * root[:, None] / root[None, :])
    decay = np.exp(rates * step_s)
    gain = np.expm1(rates * step_s) / rates
    driven = (sources / volume * root) @ modes
    state = np.stack([lfilter([gain[k]], [1.0, -decay[k]], driven[:, k]) for k in range(len(rates))], axis=1)
    return (state @ modes.T) / root


def ceiling_jet(heat_kw: NDArray, distance_m: NDArray, height_m: float) -> NDArray[np.float64]:
    """Temperature rise, in kelvin, under a ceiling beside a fire's axis (Alpert, 1972).

    Args:
        heat_kw: (steps,); a third of it is radiated and does not rise.
        distance_m: (sensors,), horizontal.

    Returns:
        (steps, sensors)
    """
    rising = (heat_kw * 2 / 3)[:, None]
    near = 16.9 * rising ** (2 / 3) / height_m ** (5 / 3)
    far = 5.38 * (rising / np.maximum(distance_m, 0.1)) ** (2 / 3) / height_m
    return np.minimum(np.where(distance_m / height_m <= 0.18, near, far), 600.0)
