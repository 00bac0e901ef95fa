"""What goes wrong in a module. A fault changes a physical quantity; whether a runaway follows is up to the physics."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class FaultKind(StrEnum):
    INTERNAL_SHORT = "internal_short"
    COOLING_FAILURE = "cooling_failure"
    OVERCHARGE = "overcharge"
    CONNECTION_RESISTANCE = "connection_resistance"


@dataclass(frozen=True)
class Fault:
    """Grows from `start` over `ramp` to `severity`, ends at `end` (all seconds).

    Severity: short [ohm], cooling [share left], overcharge [A], connection [ohm].
    A short also ends by itself when its cell passes `burns_open` [K]: the filament or the tab melts.
    """

    kind: FaultKind
    module: int
    start: float
    ramp: float
    end: float
    severity: float
    burns_open: float = np.inf

    def level(self, seconds: float) -> float:
        """0 before the fault, 1 when fully grown."""
        if not self.start <= seconds < self.end:
            return 0.0
        return min(1.0, (seconds - self.start) / self.ramp)


def draw_faults(rng: np.random.Generator, modules: int, duration: float, mean: float) -> list[Fault]:
    """Poisson(`mean`) faulty modules of one site; one in eight has a second fault at the same time.

    Half of the faults are mild. Load, cooling, charge and neighbours decide what the others lead to.
    """
    count = min(modules, int(rng.poisson(mean)))
    faults = []
    for module in rng.choice(modules, count, replace=False):
        start = rng.uniform(0.08, 0.5) * duration
        kinds = rng.choice(list(FaultKind), 2 if rng.random() < 0.125 else 1, replace=False, p=[0.5, 0.16, 0.22, 0.12])
        faults += [_draw(rng, FaultKind(kind), int(module), start, mild=rng.random() < 0.5) for kind in kinds]
    return faults


def _draw(rng: np.random.Generator, kind: FaultKind, module: int, start: float, *, mild: bool) -> Fault:
    ends = start + rng.uniform(900, 5400) if mild else np.inf
    match kind:
        case FaultKind.INTERNAL_SHORT:
            ohm = _log_uniform(rng, 0.5, 5.0) if mild else _log_uniform(rng, 0.018, 0.035)
            burns = rng.uniform(306, 320) if rng.random() < 0.1 else np.inf
            return Fault(kind, module, start, rng.uniform(1500, 3600), ends, ohm, burns)
        case FaultKind.COOLING_FAILURE:
            return Fault(kind, module, start, 30.0, start + rng.uniform(1800, 9000), rng.uniform(0.05, 0.4))
        case FaultKind.OVERCHARGE:
            ends = start + rng.uniform(600, 1800) if mild else np.inf
            return Fault(kind, module, start, 60.0, ends, rng.uniform(15, 35) if mild else rng.uniform(30, 55))
        case FaultKind.CONNECTION_RESISTANCE:
            ohm = _log_uniform(rng, 0.003, 0.02) if mild else _log_uniform(rng, 0.03, 0.06)
            return Fault(kind, module, start, rng.uniform(1800, 4200), ends, ohm)


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


@dataclass
class FaultInputs:
    """Physical quantities per module, shape (modules,), that faults change in one time step."""

    short_conductance: Array  # S across the hot cell
    cooling_lost: Array  # share of the air's conductance
    extra_current: Array  # A, a balancer stuck on
    contact_resistance: Array  # ohm at the hot cell's terminal

    @classmethod
    def none(cls, modules: int) -> "FaultInputs":
        return cls(*(np.zeros(modules) for _ in range(4)))


SHORT_BEGINS = 20.0  # ohm


def fault_inputs(faults: list[Fault], seconds: float, modules: int, opened: set[int]) -> FaultInputs:
    """All faults of a site at one instant; `opened` holds modules whose short has burnt open."""
    inputs = FaultInputs.none(modules)
    for fault in faults:
        level = fault.level(seconds)
        if level == 0.0:
            continue
        match fault.kind:
            case FaultKind.INTERNAL_SHORT if fault.module not in opened:
                ohm = SHORT_BEGINS * (fault.severity / SHORT_BEGINS) ** level
                inputs.short_conductance[fault.module] = 1 / ohm
            case FaultKind.COOLING_FAILURE:
                inputs.cooling_lost[fault.module] = level * (1 - fault.severity)
            case FaultKind.OVERCHARGE:
                inputs.extra_current[fault.module] = level * fault.severity
            case FaultKind.CONNECTION_RESISTANCE:
                inputs.contact_resistance[fault.module] = level * fault.severity
    return inputs
