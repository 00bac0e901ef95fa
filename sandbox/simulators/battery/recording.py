"""One simulated recording of a site: conditions and faults drawn at random, physics, sensor readings."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from sandbox.simulators.battery.conditions import Conditions, draw_ageing, draw_conditions
from sandbox.simulators.battery.faults import Fault, draw_faults
from sandbox.simulators.battery.history import History
from sandbox.simulators.battery.layout import MODULES, Site
from sandbox.simulators.battery.physics import run
from sandbox.simulators.battery.sensors import draw_probes, read_sensors


@dataclass(frozen=True)
class Event:
    """A simulated recording, and the random numbers left for its sensors."""

    site: Site
    conditions: Conditions
    faults: tuple[Fault, ...]
    history: History
    ageing: float
    rng: np.random.Generator

    def readings(self) -> dict[str, NDArray[np.float32]]:
        return read_sensors(self.history, self.conditions, self.rng, wear=1 + self.ageing)


def simulate(
    rng: np.random.Generator, start: datetime, years: float, duration: float, step: float, faults_per_site: float
) -> Event:
    """`years`: since the fleet began. Site, weather and load that are drawn do not depend on the faults."""
    of_faults, of_site, of_sensors = rng.spawn(3)
    faults = draw_faults(of_faults, duration, faults_per_site)
    ageing = draw_ageing(of_site, years)
    site, steps = Site.draw(of_site, ageing), int(round(duration / step))
    conditions = draw_conditions(of_site, steps, step, start, years)
    charge = np.clip(of_site.normal(of_site.uniform(0.55, 0.85), 0.02, MODULES), 0.1, 0.95)
    history = run(site, conditions, charge, faults, step, draw_probes(of_sensors))
    return Event(site, conditions, tuple(faults), history, ageing, of_sensors)
