"""The site: 64 modules in racks, two thermal nodes each, and the heat paths between them.

A module is twelve cells in series. One node is the cell where faults act (`hot`), the other the remaining eleven
(`bulk`). Heat flows between a module's two nodes, to the modules above and below, weakly to the next rack, to the air.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

from sandbox.simulators.battery.kinetics import HEAT_CAPACITY

Array = NDArray[np.float64]

RACKS, LEVELS = 4, 16
MODULES = RACKS * LEVELS
CELLS = 12
CELL_MASS = 1.1  # kg
HOT_CAPACITY = CELL_MASS * HEAT_CAPACITY  # J/K
BULK_CAPACITY = (CELLS - 1) * HOT_CAPACITY
CAPACITY = np.concatenate([np.full(MODULES, BULK_CAPACITY), np.full(MODULES, HOT_CAPACITY)])
BULK, HOT = slice(0, MODULES), slice(MODULES, 2 * MODULES)


@dataclass(frozen=True)
class Site:
    """Conductances [W/K] of one site; `to_air` is per module with the fans running."""

    vertical: float
    sideways: float
    cell_to_module: float
    to_air: Array
    mist: float = 1.0  # factor on `to_air` in a rack some minutes after its first runaway: water mist
    hot_to_air: float = 0.3

    @classmethod
    def draw(cls, rng: np.random.Generator) -> "Site":
        return cls(
            vertical=rng.uniform(3.0, 5.0) if rng.random() < 0.1 else rng.uniform(0.4, 1.2),  # few lack fire barriers
            sideways=rng.uniform(0.05, 0.15),
            cell_to_module=rng.uniform(1.2, 1.8),
            to_air=rng.uniform(4.0, 7.0) * rng.lognormal(0.0, 0.08, MODULES),
            mist=4.0 if rng.random() < 0.92 else 1.0,
        )

    def conductance(self) -> Array:
        """Matrix L [W/K], shape (128, 128): heat into the nodes is -L @ T + to_air * T_air."""
        matrix = np.zeros((2 * MODULES, 2 * MODULES))

        def link(first: NDArray[np.int64], second: NDArray[np.int64], value: float) -> None:
            np.add.at(matrix, (first, first), value)
            np.add.at(matrix, (second, second), value)
            np.add.at(matrix, (first, second), -value)
            np.add.at(matrix, (second, first), -value)

        module = np.arange(MODULES)
        below = module[module % LEVELS < LEVELS - 1]
        link(below, below + 1, self.vertical)
        left = module[: MODULES - LEVELS]
        link(left, left + LEVELS, self.sideways)
        link(module, module + MODULES, self.cell_to_module)
        return matrix + np.diag(self.air())

    def air(self) -> Array:
        """Conductance of each node to the air [W/K], shape (128,)."""
        return np.concatenate([self.to_air, np.full(MODULES, self.hot_to_air)])


def propagator(site: Site, seconds: float) -> tuple[Array, Array]:
    """Exact solution of the linear network over `seconds` with constant heat sources.

    Returns (P, F): T1 = P @ T0 + F @ power, power [W] per node and including to_air * T_air.
    """
    rate = -site.conductance() / CAPACITY[:, None]
    decay = expm(rate * seconds)
    return decay, np.linalg.solve(rate, decay - np.eye(len(rate))) / CAPACITY
