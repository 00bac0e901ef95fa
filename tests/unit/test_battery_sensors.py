"""What instruments do to the truth: where thermometers sit, what foreign gas does, who is wired to whom."""

import numpy as np
import pytest

from sandbox.simulators.battery import sensors
from sandbox.simulators.battery.conditions import Conditions
from sandbox.simulators.battery.history import History
from sandbox.simulators.battery.instruments import Sensor, measure, reported
from sandbox.simulators.battery.layout import CELLS, LEVELS
from sandbox.simulators.battery.nuisances import Work, gas_test, hvac_loss, vapour
from sandbox.simulators.battery.sensors import draw_probes, read_sensors

STEPS, STEP = 360, 10.0
SENSOR = Sensor(noise=0.1, drift=0.05, resolution=0.1, limits=(-40.0, 250.0), outlier=40.0)


def test_thermometers_sit_on_four_cells_of_a_module_drawn_at_random() -> None:
    probes = np.concatenate([draw_probes(np.random.default_rng(seed)) for seed in range(40)])
    assert all(len(set(cells)) == 4 for cells in probes.tolist())
    on_cell = np.bincount(probes.ravel(), minlength=CELLS) / len(probes)
    np.testing.assert_allclose(on_cell, 4 / CELLS, atol=0.05)


def test_a_hot_cell_without_a_thermometer_is_not_read() -> None:
    air = np.full(STEPS, 298.15)
    history = History.empty(STEPS, STEP, air, draw_probes(np.random.default_rng(0)))
    history.watched[:], history.mean[:], history.hottest[:] = 300.0, 300.0, 300.0
    history.hottest[:, 7] = 380.0
    conditions = Conditions.steady(STEPS, 298.15, 0.0)
    readings = read_sensors(history, conditions, np.random.default_rng(1), wear=1.0)
    assert np.nanmedian(readings["temperature_max_c"][:, 7]) < 30
    history.watched[:, 7, 1] = 380.0
    readings = read_sensors(history, conditions, np.random.default_rng(1), wear=1.0)
    assert np.nanmedian(readings["temperature_max_c"][:, 7]) > 90
    assert 35 < np.nanmedian(readings["temperature_mean_c"][:, 7]) < 60


def test_readings_go_missing_and_stick_in_every_memory_layout() -> None:
    rng = np.random.default_rng(2)
    true = np.asfortranarray(np.tile(np.linspace(20.0, 60.0, 2000)[:, None], (1, 200)))
    values = reported(np.asfortranarray(measure(true, SENSOR, rng, STEP)), SENSOR, rng)
    assert 0.003 < np.isnan(values).mean() < 0.03
    longest = max(np.diff(np.flatnonzero(np.diff(column) != 0)).max() for column in values.T if np.isfinite(column[-1]))
    assert longest * STEP > 300


def test_wear_makes_instruments_worse() -> None:
    true = np.full((2000, 20), 25.0)
    new, old = (measure(true, SENSOR, np.random.default_rng(3), STEP, wear) for wear in (1.0, 2.0))
    assert np.nanmedian(np.nanstd(np.diff(old, axis=0), axis=0)) > 1.5 * np.nanmedian(
        np.nanstd(np.diff(new, axis=0), axis=0)
    )


def test_nuisances_happen_to_sound_modules_and_come_and_go() -> None:
    hours = 200
    steps = int(hours * 3600 / STEP)
    rng = np.random.default_rng(4)
    ppm = vapour(rng, steps, STEP)
    assert ppm.max() > 100
    assert 0.002 < (ppm > 20).mean() < 0.1
    warmth, fans = hvac_loss(rng, steps, STEP)
    assert 3 < warmth.max() < 20
    assert warmth.min() == 0
    assert fans.min() < 0.7
    assert 0.9 < (fans == 1).mean() < 1


def test_test_gas_reaches_one_module_of_the_rack_at_a_time() -> None:
    ppm = gas_test(np.random.default_rng(5), (Work(1, 10, 300, True), Work(2, 10, 300, False)), STEPS, STEP)
    assert set(np.flatnonzero(ppm.max(0))) == set(range(LEVELS, 2 * LEVELS))
    assert (np.count_nonzero(ppm, axis=1) <= 1).all()


@pytest.mark.parametrize("channel", ["gas_ppm", "temperature_max_c"])
def test_swapped_sensors_read_the_neighbour(channel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What module 20 goes through is sometimes read as module 19's or 21's; wires crossed twice reach further."""
    monkeypatch.setattr(sensors, "SWAPPED", 0.2)
    history = History.empty(STEPS, STEP, np.full(STEPS, 298.15), draw_probes(np.random.default_rng(0)))
    history.watched[:] = 298.15
    history.watched[:, 20] = 350.0
    history.gas[:, 20] = 50_000.0
    found = []
    for seed in range(40):
        readings = read_sensors(history, Conditions.steady(STEPS, 298.15, 0.0), np.random.default_rng(seed), 1.0)
        found.append(int(np.nanmedian(readings[channel], axis=0).argmax()))
    assert 20 < found.count(20) < 40
    assert set(found) & {19, 21}
