"""Off-gas and swelling that decomposition causes, before and after a cell's safety vent opens.

Yields are per kilogram of cell for complete conversion; their sum, about 5 mol/kg, is what charged cells release in a
runaway: A. W. Golubkov et al., RSC Adv. 4 (2014) 3633 (LCO/NMC 18650, 0.15-0.27 mol per 44 g cell). Early gas
is CO2 and ethylene from the SEI. Gas sensors then see a runaway minutes ahead: T. Cai, A. G. Stefanopoulou, J. B.
Siegel, ECS Trans. 89 (2019) 85.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.simulators.battery.layout import CELL_MASS, CELLS, MODULES

Array = NDArray[np.float64]

YIELD = np.array([0.15, 1.5, 1.0, 2.5]) / np.array([0.15, 0.75, 0.96, 1.0])  # mol/kg per unit of conversion
MASS = np.concatenate([np.full(MODULES, (CELLS - 1) * CELL_MASS), np.full(MODULES, CELL_MASS)])  # kg per node
VENTS_AT = 0.03  # mol of gas per kg of cell that opens the safety vent
LEAK_SECONDS, VENTED_SECONDS = 3600.0, 15.0  # time for gas to leave the cells through seals, through the vent
ENCLOSURE_MOL = 1.6  # air in a module's enclosure (40 litres)
EXHAUST_SECONDS = 150.0  # air change of the enclosure


@dataclass
class Gas:
    """Gas held inside each node's cells [mol], what has opened, and moles in each module's enclosure."""

    held: Array
    vented: NDArray[np.bool_]
    enclosure: Array

    @classmethod
    def none(cls) -> "Gas":
        return cls(np.zeros(2 * MODULES), np.zeros(2 * MODULES, bool), np.zeros(MODULES))

    def step(self, converted: Array, seconds: float) -> None:
        """`converted`: change of each reaction in the step, shape (128, 4)."""
        self.held = self.held + np.abs(converted) @ YIELD * MASS
        self.vented |= self.held > VENTS_AT * MASS
        share = -np.expm1(-seconds / np.where(self.vented, VENTED_SECONDS, LEAK_SECONDS))
        released = (self.held * share).reshape(2, MODULES).sum(0)
        self.held = self.held * (1 - share)
        stays = np.exp(-seconds / EXHAUST_SECONDS)
        self.enclosure = self.enclosure * stays + released * (1 - stays) * EXHAUST_SECONDS / seconds

    def ppm(self) -> Array:
        return 1e6 * self.enclosure / (ENCLOSURE_MOL + self.enclosure)

    def pressing(self) -> Array:
        """Gas held inside each module's cells [mol]: what swells it."""
        return self.held.reshape(2, MODULES).sum(0)


def conversion(before: Array, after: Array) -> Array:
    """Change of the reaction amounts between two states of nodes, shape (128, 4)."""
    return after[:, 1:] - before[:, 1:]


def strain(temperature_mean: Array, charge: Array, held: Array) -> Array:
    """Microstrain of a module's end plate: heat, the breathing of graphite, and gas held inside the cells."""
    return 12.0 * (temperature_mean - 298.15) + 150.0 * charge + 3000.0 * held
