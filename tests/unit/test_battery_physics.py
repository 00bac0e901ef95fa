"""A site's physics: energy, convergence, and that runaway follows from causes and nothing else."""

from functools import cache

import numpy as np
import pytest

from sandbox.simulators.battery.conditions import Conditions
from sandbox.simulators.battery.electrics import load_heat, reversible_heat
from sandbox.simulators.battery.faults import Fault, FaultKind
from sandbox.simulators.battery.gas import VENTS_AT, Gas
from sandbox.simulators.battery.history import History
from sandbox.simulators.battery.layout import CELL_HEAT, CELL_MASS, CELLS, MODULES, Site, propagator
from sandbox.simulators.battery.physics import run

SHORT = Fault(FaultKind.INTERNAL_SHORT, 20, start=300, ramp=1500, end=np.inf, severity=0.06, cell=5)
MILD = Fault(FaultKind.INTERNAL_SHORT, 20, start=300, ramp=1500, end=np.inf, severity=1.0, cell=5)
SEVERE = Fault(FaultKind.INTERNAL_SHORT, 20, start=300, ramp=900, end=np.inf, severity=0.03, cell=5)
BURNS_OPEN = Fault(FaultKind.INTERNAL_SHORT, 20, start=300, ramp=1500, end=np.inf, severity=0.06, burns_open=330.0)


@cache
def site(vertical: float = 1.0, mist: float = 3.0) -> Site:
    to_air = np.full(MODULES, 5.0 / CELLS)
    return Site(face=1.4, vertical=vertical / CELLS, sideways=0.1 / CELLS, to_air=to_air, mist=mist)


@cache
def simulate(
    *faults: Fault, step: float = 10.0, vertical: float = 1.0, mist: float = 3.0, hours: float = 1.0
) -> History:
    """The same quiet site every time: 25 C, 20 A into every rack."""
    conditions = Conditions.steady(int(hours * 3600 / step), kelvin=298.15, ampere=20.0)
    return run(site(vertical, mist), conditions, np.full(MODULES, 0.6), faults, step)


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


def test_severity_has_no_gap_between_harmless_and_fatal() -> None:
    """The peak rises with severity; some shorts warm a cell by 5 to 60 K and stay harmless."""
    severities = (2.0, 1.0, 0.5, 0.3, 0.06)
    shorts = [Fault(FaultKind.INTERNAL_SHORT, 20, 60, 600, np.inf, ohm, cell=5) for ohm in severities]
    peaks = np.array([simulate(short).hottest[:, 20].max() for short in shorts])
    assert (np.diff(peaks) > 0).all()
    assert ((peaks[:-1] - 298.15 > 5) & (peaks[:-1] - 298.15 < 60)).sum() >= 2
    assert peaks[-1] > 500


def test_signs_come_before_the_runaway() -> None:
    """Ten minutes ahead the cell is hotter than any healthy one; the module swells before the onset."""
    history = simulate(SHORT)
    onset = history.onset[20]
    assert history.hottest[onset - 60, 20] > history.hottest[:onset, :19].max() + 5
    assert history.strain[onset - 6, 20] > history.strain[onset - 6, :19].max() + 20


def test_no_gas_leaves_a_closed_cell_and_a_vent_lets_it_out() -> None:
    gas, cell = Gas.none(), np.array([20 * CELLS + 5])
    sei = np.array([[-0.9 * VENTS_AT * 0.15 / 0.15, 0.0, 0.0, 0.0]])  # the SEI's gas per unit is 0.15 / 0.15 mol/kg
    gas.step(cell, sei, 10.0)
    assert (gas.ppm() == 0).all()
    assert gas.pressing()[20] == pytest.approx(0.9 * VENTS_AT * CELL_MASS)
    gas.step(cell, sei / 4, 10.0)
    assert gas.ppm()[20] > 100
    assert (np.delete(gas.ppm(), 20) == 0).all()


def test_a_site_without_a_vent_has_no_gas_at_all() -> None:
    assert simulate(MILD).gas.max() == 0.0


def test_reversible_heat_warms_on_discharge_and_cools_on_charge() -> None:
    """Huang, Yan and Jiang, J. Power Sources 156 (2006) 541: discharging gives off 8.87 kJ/mol at 298 K.

    One ampere is 1/96485 mol/s.
    """
    kelvin = np.array([298.15])
    assert reversible_heat(np.array([-1.0]), kelvin)[0] == pytest.approx(8874 / 96485, rel=0.01)
    assert reversible_heat(np.array([1.0]), kelvin)[0] == pytest.approx(-8874 / 96485, rel=0.01)
    charge, ohm = np.array([0.6]), np.array([1.2e-3])
    charging, discharging = (load_heat(np.array([ampere]), kelvin, charge, ohm)[0] for ampere in (20.0, -20.0))
    assert discharging > charging


@pytest.mark.parametrize(("vertical", "mist", "spreads"), [(0.3, 1.0, False), (6.0, 1.0, True)])
def test_runaway_spreads_where_modules_touch(vertical: float, mist: float, spreads: bool) -> None:
    onset = simulate(SEVERE, vertical=vertical, mist=mist, hours=1.6).onset
    assert onset[20] > 0
    assert bool((onset[[19, 21]] > onset[20]).all()) is spreads


def test_the_network_rests_at_the_airs_temperature_and_heat_goes_to_neighbours_first() -> None:
    spread, along = propagator(site(), 10.0)
    above = np.zeros((MODULES, CELLS))
    assert (spread @ above @ along == 0).all()
    above[20, 5] = 50.0
    after = spread @ above @ along
    assert after[20, 4] > after[20, 3] > after[20, 2] > 0
    assert after[19, 5] > after[18, 5] > 0
    assert after.sum() < above.sum()


def test_the_networks_solution_is_that_of_the_whole_matrix() -> None:
    """The product of two small exponentials against the exponential of all 768 cells' matrix, by small steps."""
    rng = np.random.default_rng(0)
    above = rng.uniform(0, 50, (MODULES, CELLS))
    spread, along = propagator(site(), 10.0)
    network, stepped = site().network(), above.ravel().copy()
    for _ in range(1000):
        middle = stepped - network @ stepped * (0.005 / CELL_HEAT)
        stepped = stepped - network @ middle * (0.01 / CELL_HEAT)
    np.testing.assert_allclose((spread @ above @ along).ravel(), stepped, rtol=1e-6)
