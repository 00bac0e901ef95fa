"""A site's physics: energy, convergence, and that runaway follows from causes and nothing else."""

from functools import cache

import numpy as np
import pytest

from sandbox.simulators.battery.faults import Fault, FaultKind
from sandbox.simulators.battery.layout import HOT, MODULES, RACKS, Site, propagator
from sandbox.simulators.battery.physics import History, run

HOURS = 0.9
SHORT = Fault(FaultKind.INTERNAL_SHORT, module=20, start=300, ramp=1800, end=np.inf, severity=0.025)
MILD = Fault(FaultKind.INTERNAL_SHORT, module=20, start=300, ramp=1800, end=np.inf, severity=1.0)
BURNS_OPEN = Fault(FaultKind.INTERNAL_SHORT, 20, start=300, ramp=1800, end=np.inf, severity=0.025, burns_open=330.0)


@cache
def simulate(
    *faults: Fault, step: float = 10.0, vertical: float = 1.0, mist: float = 4.0, hours: float = HOURS
) -> History:
    """The same quiet site every time: 25 C, 20 A into every rack."""
    site = Site(vertical=vertical, sideways=0.1, cell_to_module=1.5, to_air=np.full(MODULES, 5.0), mist=mist)
    steps = int(hours * 3600 / step)
    return run(site, np.full(steps, 298.15), np.full((steps, RACKS), 20.0), np.full(MODULES, 0.6), list(faults), step)


def test_energy_balances_through_a_runaway() -> None:
    joules = simulate(SHORT).joules
    assert joules["reactions"] > 1e5
    gained = joules["sources"] + joules["reactions"] - joules["air"]
    assert joules["stored"] == pytest.approx(gained, abs=0.005 * joules["reactions"])


def test_onset_does_not_depend_on_the_step() -> None:
    onsets = [simulate(SHORT, step=step).onset[20] * step for step in (10.0, 5.0)]
    assert min(onsets) > 0
    assert max(onsets) - min(onsets) <= 20.0


@pytest.mark.parametrize(
    ("faults", "runs_away"), [((), False), ((MILD,), False), ((BURNS_OPEN,), False), ((SHORT,), True)]
)
def test_runaway_follows_from_enough_heat_only(faults: tuple[Fault, ...], runs_away: bool) -> None:
    history = simulate(*faults)
    assert bool(history.onset[20] >= 0) is runs_away
    assert (np.delete(history.onset, 20) < 0).all()


def test_a_mild_fault_is_visible_and_recovers() -> None:
    warmest = simulate(MILD).hot[:, 20].max()
    assert warmest - simulate().hot[:, 20].max() > 2.0


def test_signs_come_before_the_runaway() -> None:
    """Ten minutes ahead the cell is hotter than any healthy one; gas and swelling follow before the onset."""
    history = simulate(SHORT)
    onset = history.onset[20]
    assert history.hot[onset - 60, 20] > history.hot[:onset, :19].max() + 5
    assert history.gas[onset - 6, 20] > 10 * history.gas[onset - 6, :19].max()
    assert history.strain[onset - 6, 20] > history.strain[onset - 6, :19].max()


@pytest.mark.parametrize(("vertical", "mist", "spreads"), [(0.3, 1.0, False), (4.0, 4.0, False), (4.0, 1.0, True)])
def test_runaway_spreads_where_neither_barrier_nor_mist_stops_it(vertical: float, mist: float, spreads: bool) -> None:
    overcharge = Fault(FaultKind.OVERCHARGE, 20, start=60, ramp=60, end=np.inf, severity=60.0)
    onset = simulate(overcharge, vertical=vertical, mist=mist, hours=1.4, step=10.0).onset
    assert onset[20] > 0
    assert bool((onset[[19, 21]] > onset[20]).all()) is spreads


def test_the_network_rests_at_the_airs_temperature() -> None:
    site = Site(vertical=1.0, sideways=0.1, cell_to_module=1.5, to_air=np.full(MODULES, 5.0))
    decay, drive = propagator(site, 10.0)
    resting = np.full(2 * MODULES, 300.0)
    np.testing.assert_allclose(decay @ resting + drive @ (site.air() * 300.0), resting, rtol=1e-10)
    hot = resting.copy()
    hot[HOT.start] += 50
    cooled = decay @ hot + drive @ (site.air() * 300.0)
    assert cooled[0] > 300.0
    assert cooled[HOT.start] < 350.0
