"""Faults of a module. A fault changes a physical quantity; whether a runaway follows is up to the physics."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from sandbox.simulators.battery.layout import CELLS, MODULES

Array = NDArray[np.float64]

SHORT_BEGINS = 20.0  # ohm


class FaultKind(StrEnum):
    INTERNAL_SHORT = "internal_short"
    COOLING_FAILURE = "cooling_failure"
    OVERCHARGE = "overcharge"
    CONNECTION_RESISTANCE = "connection_resistance"


SEVERITIES = {  # mild to severe; drawn evenly in the logarithm
    FaultKind.INTERNAL_SHORT: (0.25, 0.04),
    FaultKind.COOLING_FAILURE: (1.0, 0.03),
    FaultKind.OVERCHARGE: (5.0, 80.0),
    FaultKind.CONNECTION_RESISTANCE: (5e-3, 0.2),
}
SHARES = (0.62, 0.08, 0.18, 0.12)  # of the kinds, in this order
RAMP_SECONDS = (900.0, 3600.0)
HOURS_TO_REPAIR = 6.0  # mean of what ends a fault from outside
BURNS_OPEN_K = (320.0, 900.0)  # cell temperature at which a short's filament or tab melts


@dataclass(frozen=True)
class Fault:
    """Grows from `start` over `ramp` to `severity` in one cell of `module`, ends at `end` (all seconds).

    Severity: short [ohm], cooling [share left, of the whole module], overcharge [A more than the string's], connection
    [ohm]. A short also ends by itself when its cell passes `burns_open` [K].
    """

    kind: FaultKind
    module: int
    start: float
    ramp: float
    end: float
    severity: float
    cell: int = 0
    burns_open: float = np.inf

    @property
    def place(self) -> int:
        """The cell's index in the site."""
        return self.module * CELLS + self.cell

    def level(self, seconds: float) -> float:
        """0 before the fault, 1 when fully grown."""
        if not self.start <= seconds < self.end:
            return 0.0
        return min(1.0, (seconds - self.start) / self.ramp)


def draw_faults(rng: np.random.Generator, duration: float, mean: float) -> list[Fault]:
    """Poisson(`mean`) faulty modules of one site; one in eight has a second fault in the same cell.

    Severity is continuous and independent of the rest; load, cooling, charge and neighbours decide what it leads to.
    """
    faults = []
    for module in rng.choice(MODULES, min(MODULES, int(rng.poisson(mean))), replace=False):
        start, cell = rng.uniform(0.03, 0.4) * duration, int(rng.integers(CELLS))
        kinds = rng.choice(list(FaultKind), 2 if rng.random() < 0.125 else 1, replace=False, p=SHARES)
        faults += [_draw(rng, FaultKind(kind), int(module), cell, start) for kind in kinds]
    return faults


def _draw(rng: np.random.Generator, kind: FaultKind, module: int, cell: int, start: float) -> Fault:
    return Fault(
        kind,
        module,
        start,
        ramp=float(np.exp(rng.uniform(*np.log(RAMP_SECONDS)))),
        end=start + rng.exponential(HOURS_TO_REPAIR * 3600),
        severity=float(np.exp(rng.uniform(*np.sort(np.log(SEVERITIES[kind]))))),
        cell=cell,
        burns_open=rng.uniform(*BURNS_OPEN_K) if kind is FaultKind.INTERNAL_SHORT else np.inf,
    )


@dataclass
class FaultInputs:
    """Physical quantities that faults change in one time step; per cell (768,), cooling per module (64,)."""

    short_conductance: Array  # S
    extra_current: Array  # A
    contact_resistance: Array  # ohm at the cell's terminal
    cooling_lost: Array  # share of the air's conductance

    @classmethod
    def none(cls) -> "FaultInputs":
        short, extra, contact = np.zeros((3, MODULES * CELLS))
        return cls(short, extra, contact, np.zeros(MODULES))


def fault_inputs(faults: Sequence[Fault], seconds: float, opened: set[int]) -> FaultInputs:
    """All faults of a site at one instant; `opened` holds places whose short has burnt open."""
    inputs = FaultInputs.none()
    for fault in faults:
        level = fault.level(seconds)
        if level == 0.0:
            continue
        match fault.kind:
            case FaultKind.INTERNAL_SHORT if fault.place not in opened:
                inputs.short_conductance[fault.place] = (SHORT_BEGINS / fault.severity) ** level / SHORT_BEGINS
            case FaultKind.COOLING_FAILURE:
                inputs.cooling_lost[fault.module] = level * (1 - fault.severity)
            case FaultKind.OVERCHARGE:
                inputs.extra_current[fault.place] = level * fault.severity
            case FaultKind.CONNECTION_RESISTANCE:
                inputs.contact_resistance[fault.place] = level * fault.severity
    return inputs
