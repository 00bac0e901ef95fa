"""Reasons: measured channels, with what follows from them, adding up to the answer."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import expit, logit

from inference.contracts.tasks.tabular import Contribution
from inference.tabular.coalitions import MOST_EXACT, every_set, sampled_sets
from inference.tabular.explanation import Explainer, Probabilities
from inference.tabular.features import Preparation, of_channel, series_features
from stacks.domains.battery.signals import SIGNALS

TYPICAL = tuple(float(number % 5) for number in range(len(SIGNALS.feature_names)))
PREPARATION = Preparation(
    low=(-1e6,) * len(SIGNALS.channel_names), high=(1e6,) * len(SIGNALS.channel_names), typical=TYPICAL
)
LAST = np.array([SIGNALS.history_steps - 1])
GRID = np.random.default_rng(0).normal(40.0, 9.0, (SIGNALS.history_steps, len(SIGNALS.channel_names)))


def features(grid: np.ndarray) -> np.ndarray:
    return series_features(grid, LAST, PREPARATION, SIGNALS)[0]


@pytest.mark.parametrize("channel", SIGNALS.channel_names)
def test_leaving_a_channel_out_is_what_a_window_without_its_readings_gives(channel: str) -> None:
    grid = GRID.copy()
    grid[:, SIGNALS.channel_names.index(channel)] = np.nan
    ablated = np.where(of_channel(SIGNALS, channel), np.array(TYPICAL, np.float32), features(GRID))
    np.testing.assert_allclose(ablated, features(grid))


def test_what_is_derived_follows_its_channels() -> None:
    followers = {
        name for name, follows in zip(SIGNALS.feature_names, of_channel(SIGNALS, "ambient_c"), strict=True) if follows
    }
    assert {name.split(":")[0] for name in followers} == {"ambient_c", "temperature_rise_c"}


def explain(row: np.ndarray, probabilities: Probabilities) -> tuple[Contribution, ...]:
    return Explainer(SIGNALS, PREPARATION).explain(row, probabilities)


def linear(weights: dict[str, float]) -> Callable[[np.ndarray], np.ndarray]:
    """Stands in for the graph."""
    columns = np.array([weights.get(name, 0.0) for name in SIGNALS.feature_names])
    return lambda rows: expit((rows - np.array(TYPICAL)) @ columns)


def test_in_a_linear_model_each_channel_gets_its_own_term() -> None:
    row = np.array(TYPICAL, np.float32)
    row[SIGNALS.feature_names.index("gas_ppm:now")] += 2.0
    row[SIGNALS.feature_names.index("strain_ue:now")] += 1.0
    row[SIGNALS.feature_names.index("voltage_v:now")] += 3.0
    reasons = explain(row, linear({"gas_ppm:now": 1.0, "strain_ue:now": 0.5, "voltage_v:now": -1.0}))
    assert {reason.channel: round(reason.log_odds, 3) for reason in reasons} == {"gas_ppm": 2.0, "strain_ue": 0.5}


def test_a_derived_feature_is_credited_to_the_channels_it_is_made_of() -> None:
    row = np.array(TYPICAL, np.float32)
    row[SIGNALS.feature_names.index("temperature_spread_c:now")] += 4.0
    reasons = explain(row, linear({"temperature_spread_c:now": 1.0}))
    assert {reason.channel: round(reason.log_odds, 3) for reason in reasons} == {
        "temperature_mean_c": 2.0,
        "temperature_max_c": 2.0,
    }


def test_channels_that_say_the_same_share_the_credit() -> None:
    """Either alone is enough, so neither would count if only one were left out at a time."""
    row = np.array(TYPICAL, np.float32)
    row[[SIGNALS.feature_names.index(f"{name}:now") for name in ("gas_ppm", "strain_ue")]] += 1.0

    def either(rows: np.ndarray) -> np.ndarray:
        raised = rows - np.array(TYPICAL)
        return np.where((raised > 0.5).any(axis=1), 0.9, 0.1)

    reasons = explain(row, either)
    assert [reason.channel for reason in reasons] == ["strain_ue", "gas_ppm"]
    assert sum(reason.log_odds for reason in reasons) == pytest.approx(logit(0.9) - logit(0.1))


def test_of_many_channels_sampled_sets_tell_nearly_what_all_do() -> None:
    """Ten channels, of which some act together: the sum is the whole's, pairs are exact, threes nearly."""
    channels = MOST_EXACT + 2
    exact, sampled = every_set(channels), sampled_sets(channels)
    assert len(sampled.absent) < len(exact.absent) / 3

    def values(absent: np.ndarray) -> np.ndarray:
        here = ~absent
        pairs = 2.0 * (here[:, 0] & here[:, 1]) - 1.5 * (here[:, 2] & here[:, 3])
        return here @ np.arange(channels) + pairs + 3.0 * here[:, 4:7].all(axis=1)

    wanted, found = (sets.weights @ values(sets.absent) for sets in (exact, sampled))
    assert found.sum() == pytest.approx(wanted.sum())
    np.testing.assert_allclose(np.delete(found, [4, 5, 6]), np.delete(wanted, [4, 5, 6]))
    np.testing.assert_allclose(found, wanted, atol=0.5)
