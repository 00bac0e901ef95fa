"""What a whole fleet has to show: some runaways spread, most do not, and no single limit tells who will run away."""

from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from sandbox.simulators.battery import FleetOptions
from sandbox.simulators.battery.fleet import simulate_site
from sandbox.simulators.battery.layout import MODULES
from sandbox.simulators.battery.recording import Event

FLEET = FleetOptions(sites=28, hours=3.0, seed=7)
HORIZON, LEAST_LEAD = 600.0, 60.0
FALSE_PER_MODULE_HOUR = 1e-3


class Peaks(NamedTuple):
    """Extremes of a channel: of modules about to run away, and of sound modules over their whole recording."""

    failing: NDArray[np.float64]
    sound: NDArray[np.float64]


@pytest.fixture(scope="module")
def fleet() -> list[Event]:
    return [simulate_site(FLEET, index) for index in range(FLEET.sites)]


@pytest.fixture(scope="module")
def readings(fleet: list[Event]) -> list[dict[str, NDArray]]:
    return [event.readings() for event in fleet]


def faulty(event: Event) -> set[int]:
    return {fault.module for fault in event.faults}


def test_some_runaways_spread_and_most_do_not(fleet: list[Event]) -> None:
    """A runaway has spread where a module without a fault of its own runs away after one that has."""
    ran = [event for event in fleet if (event.history.onset >= 0).any()]
    spread = [event for event in ran if set(np.flatnonzero(event.history.onset >= 0)) - faulty(event)]
    assert len(ran) >= 10
    assert 1 <= len(spread) < len(ran) / 2


def test_severity_decides_and_most_faults_are_survived(fleet: list[Event]) -> None:
    failed = [event.history.onset[module] >= 0 for event in fleet for module in faulty(event)]
    assert 0.1 < np.mean(failed) < 0.5


def test_runaways_are_rare_among_module_hours(fleet: list[Event]) -> None:
    """Far more often than in any real fleet, and still a small share."""
    runaways = sum(int((event.history.onset >= 0).sum()) for event in fleet)
    assert 0.002 < runaways / FLEET.module_hours < 0.03


def peaks(fleet: list[Event], readings: list[dict[str, NDArray]], channel: str, sign: int) -> Peaks:
    failing, sound = [], []
    for event, site in zip(fleet, readings, strict=True):
        values = sign * site[channel].astype(np.float64)
        for module in range(MODULES):
            onset = event.history.onset[module]
            if onset < 0 and module not in faulty(event):
                sound.append(np.nanmax(values[:, module], initial=-np.inf))
            elif onset * FLEET.step > HORIZON:
                last = int(onset - LEAST_LEAD / FLEET.step)
                failing.append(np.nanmax(values[int(onset - HORIZON / FLEET.step) : last, module], initial=-np.inf))
    return Peaks(np.array(failing), np.array(sound))


CHANNELS = ("voltage_v", "current_a", "temperature_mean_c", "temperature_max_c", "strain_ue", "gas_ppm")


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("channel", CHANNELS)
def test_no_limit_on_one_channel_finds_the_runaways(
    fleet: list[Event], readings: list[dict[str, NDArray]], channel: str, sign: int
) -> None:
    """The best limit, tuned on these very modules and charged with one alarm a module, misses a quarter."""
    found = peaks(fleet, readings, channel, sign)
    assert len(found.failing) >= 20
    allowed = int(FALSE_PER_MODULE_HOUR * FLEET.hours * len(found.sound))
    limit = np.sort(found.sound)[-allowed - 1]
    assert (found.failing > limit).mean() < 0.75
