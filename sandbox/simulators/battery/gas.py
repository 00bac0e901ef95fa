"""Off-gas and swelling that decomposition causes, before and after a cell's safety vent opens.

Yields are per kilogram of cell for complete conversion; their sum, about 5 mol/kg, is what charged cells release in a
runaway: A. W. Golubkov et al., RSC Adv. 4 (2014) 3633 (LCO/NMC 18650, 0.15-0.27 mol per 44 g cell). Early gas
is CO2 and ethylene from the SEI. Gas sensors then see a runaway minutes ahead: T. Cai, A. G. Stefanopoulou, J. B.
Siegel, ECS Trans. 89 (2019) 85. A closed cell is tight: until its vent opens it swells, and nothing leaves it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.simulators.battery.layout import CELL_MASS, CELLS, MODULES

Array = NDArray[np.float64]

YIELD = np.array([0.15, 1.5, 1.0, 2.5]) / np.array([0.15, 0.75, 0.96, 1.0])  # mol/kg per unit of conversion
VENTS_AT = 0.018  # mol of gas per kg of cell that opens the safety vent: 5 bar in 120 ml, beside vapour of the solvents
VENTED_SECONDS = 15.0  # time for gas to leave a cell through its open vent
ENCLOSURE_MOL = 1.6  # air in a module's enclosure (40 litres)
EXHAUST_SECONDS = 150.0  # air change of the enclosure


@dataclass
class Gas:
    """Gas held inside each cell [mol], (768,), which vents are open, and moles in each module's enclosure, (64,)."""

    held: Array
    vented: NDArray[np.bool_]
    enclosure: Array

    @classmethod
    def none(cls) -> "Gas":
        return cls(np.zeros(MODULES * CELLS), np.zeros(MODULES * CELLS, bool), np.zeros(MODULES))

    def step(self, cells: NDArray[np.int64], converted: Array, seconds: float) -> None:
        """`converted`: change of each reaction in the step, (n, 4), of the n `cells` that react."""
        stays = np.exp(-seconds / EXHAUST_SECONDS)
        self.enclosure *= stays
        if not cells.size:
            return
        self.held[cells] += np.abs(converted) @ YIELD * CELL_MASS
        self.vented[cells] |= self.held[cells] > VENTS_AT * CELL_MASS
        leaving = cells[self.vented[cells]]
        released = self.held[leaving] * -np.expm1(-seconds / VENTED_SECONDS)
        self.held[leaving] -= released
        per_module = np.bincount(leaving // CELLS, released, MODULES)
        self.enclosure += per_module * (1 - stays) * EXHAUST_SECONDS / seconds

    def ppm(self) -> Array:
        return 1e6 * self.enclosure / (ENCLOSURE_MOL + self.enclosure)

    def pressing(self) -> Array:
        """Gas held inside each module's cells [mol]: what swells it."""
        return self.held.reshape(MODULES, CELLS).sum(1)


def strain(temperature_mean: Array, charge: Array, held: Array) -> Array:
    """Microstrain of a module's end plate: heat, the breathing of graphite, and gas held inside the cells."""
    return 12.0 * (temperature_mean - 298.15) + 150.0 * charge + 3000.0 * held
