"""The true physical history of a site, with its energy balance."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sandbox.simulators.battery.layout import CELL_HEAT, MODULES, Site

Array = NDArray[np.float64]


@dataclass
class History:
    """True quantities, (steps, 64) unless said otherwise. `onset` is the step of a module's runaway, -1 if none."""

    seconds: Array
    air: Array  # K, (steps,)
    hottest: Array  # K, the hottest cell
    mean: Array  # K
    voltage: Array
    current: Array
    gas: Array  # ppm
    strain: Array  # microstrain
    probes: NDArray[np.int64]  # cells that are watched, (64, n)
    watched: Array  # K, (steps, 64, n)
    onset: NDArray[np.int64] = field(default_factory=lambda: np.full(MODULES, -1))
    joules: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("stored", "sources", "reactions", "air"), 0.0)
    )

    @classmethod
    def empty(cls, steps: int, seconds: float, air: Array, probes: NDArray[np.int64] | None = None) -> "History":
        names = ("hottest", "mean", "voltage", "current", "gas", "strain")
        blank: dict[str, Any] = {name: np.zeros((steps, MODULES)) for name in names}
        probes = np.zeros((MODULES, 1), np.int64) if probes is None else probes
        watched = np.zeros((steps, *probes.shape))
        return cls(np.arange(steps, dtype=np.float64) * seconds, air, probes=probes, watched=watched, **blank)

    def record(self, index: int, temperature: Array, volts: Array, current: Array, ppm: Array, strain: Array) -> None:
        """The start of step `index`; `temperature` (64, 12)."""
        self.hottest[index], self.mean[index] = temperature.max(1), temperature.mean(1)
        self.watched[index] = np.take_along_axis(temperature, self.probes, axis=1)
        self.voltage[index], self.current[index] = volts, current
        self.gas[index], self.strain[index] = ppm, strain

    def react(self, index: int, warmed: Array, runaway: float) -> None:
        """`warmed` (64, 12): kelvin by decomposition in step `index`; from `runaway` on it is a thermal runaway."""
        self.joules["reactions"] += CELL_HEAT * float(warmed.sum())
        self.joules["stored"] += CELL_HEAT * float(warmed.sum())
        self.onset[(warmed >= runaway).any(1) & (self.onset < 0)] = index + 1

    def book(
        self, sources: float, site: Site, flowing: Array, flowed: Array, before: Array, after: Array, step: float
    ) -> None:
        """Energy [J] of a step's conduction; `flowing` and `flowed`: kelvin above the air before and after it.

        What the air takes comes from these temperatures alone, so that the book can fail to balance.
        """
        self.joules["sources"] += float(sources)
        self.joules["air"] += float(site.to_air @ ((flowing + flowed) / 2).sum(1)) * step
        self.joules["stored"] += CELL_HEAT * float(after.sum() - before.sum())
