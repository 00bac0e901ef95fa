"""Features: one window alone and the same window in its series agree; nothing flows backward."""

import numpy as np
import pandas as pd
import pytest

from inference.tabular.features import (
    Preparation,
    fill_forward,
    series_features,
    to_grid,
    without_spikes,
)
from stacks.domains.battery.signals import SIGNALS

CHANNELS = len(SIGNALS.channel_names)
LENGTH = 400


@pytest.fixture
def grid() -> np.ndarray:
    rng = np.random.default_rng(1)
    values = 40 + np.cumsum(rng.normal(0, 0.1, (LENGTH, CHANNELS)), axis=0)
    values[rng.random(values.shape) < 0.1] = np.nan
    values[100:130, 2] = np.nan
    return values


@pytest.fixture
def preparation() -> Preparation:
    return Preparation(low=(35.0,) * CHANNELS, high=(45.0,) * CHANNELS, typical=(7.0,) * len(SIGNALS.feature_names))


def test_a_window_alone_has_the_features_it_has_in_its_series(grid: np.ndarray, preparation: Preparation) -> None:
    ends = np.arange(SIGNALS.history_steps - 1, LENGTH, 7)
    together = series_features(grid, ends, preparation, SIGNALS)
    last = np.array([SIGNALS.history_steps - 1])
    for row, end in enumerate(ends):
        alone = series_features(grid[end - SIGNALS.history_steps + 1 : end + 1], last, preparation, SIGNALS)
        np.testing.assert_allclose(alone[0], together[row], rtol=1e-6, atol=1e-6)


def test_the_future_changes_nothing(grid: np.ndarray, preparation: Preparation) -> None:
    ends = np.array([200])
    changed = grid.copy()
    changed[201:] = 44.0
    np.testing.assert_array_equal(
        series_features(grid, ends, preparation, SIGNALS), series_features(changed, ends, preparation, SIGNALS)
    )


def test_values_are_carried_forward_for_a_minute_and_never_back() -> None:
    column = np.full((30, 1), np.nan)
    column[5], column[25] = 1.0, 2.0
    filled = fill_forward(column, limit=SIGNALS.fill_steps)[:, 0]
    assert np.isnan(filled[:5]).all()
    assert (filled[5 : 6 + SIGNALS.fill_steps] == 1.0).all()
    assert np.isnan(filled[6 + SIGNALS.fill_steps : 25]).all()


def test_statistics_are_those_of_pandas(preparation: Preparation) -> None:
    values = 40 + np.random.default_rng(2).normal(0, 1, (LENGTH, CHANNELS))
    end = 300
    ours = dict(
        zip(SIGNALS.feature_names, series_features(values, np.array([end]), preparation, SIGNALS)[0], strict=True)
    )
    series = pd.Series(values[:, 3]).rolling(3).median()
    for minutes in (1, 5, 10):
        rolled = series.rolling(minutes * 60 // SIGNALS.step_s)
        assert ours[f"temperature_max_c:mean_{minutes}m"] == pytest.approx(rolled.mean()[end], rel=1e-5)
        assert ours[f"temperature_max_c:std_{minutes}m"] == pytest.approx(rolled.std(ddof=0)[end], rel=1e-5)
    minute = series.rolling(6).mean()
    assert ours["temperature_max_c:delta_5m"] == pytest.approx(minute[end] - minute[end - 30], rel=1e-4)
    assert ours["temperature_max_c:now"] == pytest.approx(series[end], rel=1e-6)


def test_small_changes_of_large_values_are_not_lost(preparation: Preparation) -> None:
    wide = preparation.model_copy(update={"low": (0.0,) * CHANNELS, "high": (2e3,) * CHANNELS})
    noise = np.random.default_rng(3).normal(0, 1e-3, (SIGNALS.window_steps, CHANNELS))
    features = series_features(1000 + noise, np.array([SIGNALS.window_steps - 1]), wide, SIGNALS)[0]
    deviation = dict(zip(SIGNALS.feature_names, features, strict=True))["voltage_v:std_10m"]
    expected = pd.Series(noise[:, 0]).rolling(3).median().fillna(pd.Series(noise[:, 0])).std(ddof=0)
    assert deviation == pytest.approx(expected, rel=1e-3)


def test_what_is_missing_throughout_takes_the_typical_value(preparation: Preparation) -> None:
    features = series_features(
        np.full((SIGNALS.history_steps, CHANNELS), np.nan), np.array([SIGNALS.history_steps - 1]), preparation, SIGNALS
    )
    assert (features == 7.0).all()


def test_readings_are_clipped(preparation: Preparation) -> None:
    features = series_features(
        np.full((SIGNALS.history_steps, CHANNELS), 1e9), np.array([SIGNALS.history_steps - 1]), preparation, SIGNALS
    )
    assert features[0, SIGNALS.feature_names.index("gas_ppm:now")] == 45.0


def test_the_latest_reading_of_a_step_counts() -> None:
    seconds = np.array([100.0, 104.0, 109.0, 121.0])
    readings = np.array([[1.0, 5.0], [2.0, np.nan], [3.0, np.nan], [4.0, 6.0]])
    grid = to_grid(seconds, readings, first_step=10, steps=3, step_s=10)
    np.testing.assert_array_equal(grid, [[3.0, 5.0], [np.nan, np.nan], [4.0, 6.0]])


def test_a_reading_that_stands_alone_changes_nothing(preparation: Preparation) -> None:
    """An outlier on a sound module must not look like one that swells; a step that stays must."""
    steady = np.full((SIGNALS.history_steps, CHANNELS), 40.0)
    last = np.array([SIGNALS.history_steps - 1])
    for at in (10, 40, SIGNALS.history_steps - 1):
        spiked = steady.copy()
        spiked[at, 5] = 45.0
        np.testing.assert_array_equal(
            series_features(spiked, last, preparation, SIGNALS), series_features(steady, last, preparation, SIGNALS)
        )
    stepped = steady.copy()
    stepped[40:, 5] = 45.0
    assert (
        series_features(stepped, last, preparation, SIGNALS) != series_features(steady, last, preparation, SIGNALS)
    ).any()


def test_no_spike_is_looked_for_beside_a_gap() -> None:
    values = np.array([1.0, np.nan, 3.0, 4.0, 5.0, 90.0, 6.0, np.nan])[:, None]
    np.testing.assert_array_equal(without_spikes(values)[:, 0], [1.0, np.nan, 3.0, 4.0, 4.0, 5.0, 6.0, np.nan])
