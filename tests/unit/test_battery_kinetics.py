"""Decomposition kinetics against what calorimeters and ovens have shown for LiCoO2 | graphite cells."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from sandbox.simulators.battery.kinetics import (
    HEAT_CAPACITY,
    KELVIN,
    STATES,
    derivative,
    fresh_nodes,
    react,
    remaining,
    self_heating,
)

ZERO_C = 273.15
# An 18650 cell in an oven: 45 g, 42 cm2, 10 W/(m2 K), as in Hatchard et al. 2001
OVEN_SECONDS = 0.045 * HEAT_CAPACITY / (10.0 * 0.0042)


def test_self_heating_is_detectable_from_80_to_120_celsius() -> None:
    """Accelerating rate calorimetry detects 0.02 K/min; published onsets for charged cells lie in this range."""
    celsius = np.arange(50.0, 160.0)
    rates = self_heating(fresh_nodes(celsius.shape, celsius + ZERO_C)) * 60
    onset = celsius[np.argmax(rates >= 0.02)]
    assert 80 <= onset <= 120


@pytest.mark.parametrize(("oven_celsius", "runs_away"), [(100.0, False), (130.0, False), (155.0, True), (170.0, True)])
def test_oven_runaway_begins_between_130_and_155_celsius(oven_celsius: float, runs_away: bool) -> None:
    node, step = fresh_nodes((1,), 301.0), 5.0
    fastest, oven = 0.0, oven_celsius + ZERO_C
    for _ in range(int(2 * 3600 / step)):
        node[:, 0] = oven + (node[:, 0] - oven) * np.exp(-step / OVEN_SECONDS)
        before = node[0, 0]
        node = react(node, step)
        fastest = max(fastest, (node[0, 0] - before) / step)
    assert bool(fastest > 1.0) is runs_away


def test_heat_released_equals_what_was_converted() -> None:
    node = fresh_nodes((1,), 200 + ZERO_C)
    after = react(node, 600.0)
    converted = np.abs(after[:, 1:] - node[:, 1:])
    assert after[0, 0] - node[0, 0] > 300
    assert after[0, 0] - node[0, 0] == pytest.approx((converted @ KELVIN)[0], rel=1e-3)


def test_nothing_is_converted_twice() -> None:
    after = react(fresh_nodes((1,), 300 + ZERO_C), 3600.0)
    assert (remaining(after) >= 0).all()
    assert after[0, 3] <= 1.0 + 1e-6


def test_nodes_react_alike_alone_and_together() -> None:
    """Stiff and quiet nodes go different ways; neither may depend on its company."""
    nodes = fresh_nodes((3,), np.array([330.0, 420.0, 450.0]))
    together = react(nodes, 10.0)
    alone = np.concatenate([react(nodes[i : i + 1], 10.0) for i in range(3)])
    np.testing.assert_allclose(together, alone, rtol=1e-4)


@pytest.mark.parametrize("kelvin", [410.0, 430.0, 445.0, 480.0])
def test_a_runaway_ends_where_a_stiff_solver_ends(kelvin: float) -> None:
    """SciPy's LSODA to 1e-8; steps too coarse at the steepest moment convert lithium that is never converted."""
    start, node = fresh_nodes((1,), kelvin), fresh_nodes((1,), kelvin)
    exact = solve_ivp(
        lambda _, flat: derivative(flat.reshape(1, STATES)).ravel(),
        (0.0, 300.0),
        start.ravel(),
        method="LSODA",
        rtol=1e-8,
        atol=1e-10,
    )
    for _ in range(30):
        node = react(node, 10.0)
    assert node[0, 0] == pytest.approx(exact.y[0, -1], abs=1.0)


def test_derivative_has_the_shape_of_the_state() -> None:
    assert derivative(fresh_nodes((2, 5), 350.0)).shape == (2, 5, STATES)
