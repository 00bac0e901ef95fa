"""The rule that a model has to beat is as good as limits can be."""

import numpy as np
import pytest

from inference.tabular.features import Preparation
from stacks.domains.battery.signals import SIGNALS
from training_containers.tabular.references import dummy, tune_threshold_rule
from training_containers.tabular.windows import Windows

MINUTES, ONSET = 120, 7170.0
PREPARATION = Preparation(
    low=(-1e6,) * len(SIGNALS.channel_names),
    high=(1e6,) * len(SIGNALS.channel_names),
    typical=(40.0,) * len(SIGNALS.feature_names),
)
NORMAL = {"temperature_max_c:mean_1m": 30.0, "voltage_v:mean_1m": 40.0, "gas_ppm:mean_1m": 4.0}


def fleet(seed: int, shown_by: str, by: float, modules: int = 40) -> Windows:
    """Half of the modules run away, and show it by one signal's rise in the last eight minutes."""
    rng = np.random.default_rng(seed)
    time = np.tile(np.arange(MINUTES) * 60.0, modules)
    series = np.repeat(np.arange(modules), MINUTES)
    lead = np.where(series % 2 == 0, ONSET - time, np.inf)
    features = np.zeros((len(time), len(SIGNALS.feature_names)), np.float32)
    for name, value in NORMAL.items():
        features[:, SIGNALS.feature_names.index(name)] = value + rng.normal(0, 0.5, len(time))
    features[:, SIGNALS.feature_names.index(shown_by)] += np.where(lead < 480, by, 0.0)
    known = lead > 0
    return Windows(
        features=features[known],
        lead=lead[known],
        series=series[known],
        group=series[known],
        time=time[known],
        faulty=np.zeros(known.sum(), bool),
        horizon=600.0,
        groups=modules,
        signals=SIGNALS,
    )


@pytest.mark.parametrize(
    ("shown_by", "by", "limited"),
    [
        ("temperature_max_c:mean_1m", 8.0, "temperature_max_c"),
        ("temperature_max_c:delta_5m", 6.0, "temperature_rise_k_5min"),
        ("voltage_v:mean_1m", -10.0, "voltage_share"),
        ("gas_ppm:mean_1m", 20.0, "gas_ppm"),
    ],
)
def test_it_finds_the_signal_that_tells_and_where_to_limit_it(shown_by: str, by: float, limited: str) -> None:
    """38 C is below any limit a standard would name, so a fixed rule would miss every one of these."""
    rule = tune_threshold_rule([fleet(0, shown_by, by), fleet(1, shown_by, by)], PREPARATION, 1.0)
    assert f"limit_{limited}" in rule.told()
    metrics = rule.judged(fleet(2, shown_by, by), PREPARATION).metrics()
    assert metrics["hazard_recall"] == 1.0
    assert metrics["false_alarms"] <= 1


def test_it_keeps_the_budget_where_nothing_tells() -> None:
    silent = fleet(0, "gas_ppm:mean_1m", 0.0)
    rule = tune_threshold_rule([silent], PREPARATION, 1.0)
    assert rule.judged(silent, PREPARATION).metrics()["false_alarms_per_1000_module_hours"] <= 1.0


def test_a_silent_channel_costs_the_rule_nothing() -> None:
    """A channel that is always the same has no limit, and no score that is no number."""
    windows = fleet(0, "gas_ppm:mean_1m", 20.0)
    windows.features[:, SIGNALS.feature_names.index("voltage_v:mean_1m")] = 40.0
    rule = tune_threshold_rule([windows], PREPARATION, 1.0)
    assert rule.limits[[signal.name for signal in SIGNALS.rule].index("voltage_share")] == np.inf
    assert np.isfinite(rule.scores(windows, PREPARATION)).all()


def test_the_dummy_never_alarms() -> None:
    metrics = dummy(fleet(0, "gas_ppm:mean_1m", 20.0)).metrics()
    assert (metrics["hazard_recall"], metrics["false_alarms"]) == (0.0, 0.0)
