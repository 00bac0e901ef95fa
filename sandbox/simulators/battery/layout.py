"""The site: 64 modules in racks, twelve cells a module, and the heat paths between them.

A module is a stack of twelve prismatic cells in series, face to face. Heat flows between neighbouring cells of a stack,
from each cell to the cell at the same place of the modules above and below, weakly to the next rack, and to the air.
Temperatures are an array (64, 12): module, cell. Because every module of a site has the same paths inside, the network
is a Kronecker sum of one between modules and one between cells, and its exact solution a product of two small matrices.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm
from scipy.sparse import csr_matrix, eye, kron

from sandbox.simulators.battery.kinetics import HEAT_CAPACITY

Array = NDArray[np.float64]

RACKS, LEVELS, CELLS = 4, 16, 12
MODULES = RACKS * LEVELS
CELL_MASS = 1.1  # kg
CELL_HEAT = CELL_MASS * HEAT_CAPACITY  # J/K


@dataclass(frozen=True)
class Site:
    """Conductances per cell [W/K], and what differs from site to site.

    `face` joins neighbours of a stack, `vertical` and `sideways` cells at the same place of neighbouring modules,
    `to_air` (64,) a cell and the air with the fans running. `mist` multiplies `to_air` in a rack some minutes after its
    first runaway. `resistance` (64,) and `capacity` are those of aged cells as shares of new ones.
    """

    face: float
    vertical: float
    sideways: float
    to_air: Array
    mist: float = 1.0
    resistance: Array = field(default_factory=lambda: np.ones(MODULES))
    capacity: float = 1.0

    @classmethod
    def draw(cls, rng: np.random.Generator, ageing: float = 0.0) -> "Site":
        """A random site; `ageing` is 0 for new cells, 1 at the end of their life (80 % capacity, twice the resistance).

        Face to face: two half cells of 27 mm and 0.0135 m2 at 1 W/(m K) pass 0.5 W/K, casing and busbars more; between
        modules a sheet of steel and an air gap 0.4 to 1.2 W/K a module, five times as much where they touch.
        """
        return cls(
            face=rng.uniform(1.0, 2.0),
            vertical=_log_uniform(rng, 0.4, 6.0) / CELLS,
            sideways=rng.uniform(0.05, 0.15) / CELLS,
            to_air=rng.uniform(4.0, 7.0) * rng.lognormal(0.0, 0.08, MODULES) / CELLS,
            mist=rng.uniform(2.0, 4.0) if rng.random() < 0.8 else 1.0,
            resistance=(1 + ageing) * rng.lognormal(0.0, 0.04, MODULES),
            capacity=1 - 0.2 * ageing,
        )

    def between_modules(self) -> Array:
        """Matrix (64, 64) [W/K]: heat out of the cells at one place, air included, is this times their temperatures."""
        module = np.arange(MODULES)
        below, left = module[module % LEVELS < LEVELS - 1], module[: MODULES - LEVELS]
        matrix = _laplacian(MODULES, below, below + 1, self.vertical)
        return matrix + _laplacian(MODULES, left, left + LEVELS, self.sideways) + np.diag(self.to_air)

    def between_cells(self) -> Array:
        """Matrix (12, 12) [W/K] of one stack."""
        cell = np.arange(CELLS - 1)
        return _laplacian(CELLS, cell, cell + 1, self.face)

    def network(self) -> csr_matrix:
        """The same as one sparse matrix over all 768 cells, module by module."""
        return csr_matrix(kron(self.between_modules(), eye(CELLS)) + kron(eye(MODULES), self.between_cells()))


def propagator(site: Site, seconds: float) -> tuple[Array, Array]:
    """(M, C): what is above the air's temperature, (64, 12), becomes M @ it @ C after `seconds` without sources."""
    return tuple(expm(-matrix * seconds / CELL_HEAT) for matrix in (site.between_modules(), site.between_cells()))


def _laplacian(size: int, first: NDArray[np.int64], second: NDArray[np.int64], value: float) -> Array:
    matrix = np.zeros((size, size))
    np.add.at(matrix, (np.r_[first, second], np.r_[first, second]), value)
    np.add.at(matrix, (np.r_[first, second], np.r_[second, first]), -value)
    return matrix


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
