"""What a run may be told, and what it may be compared with, depends on the domain's signals."""

from types import SimpleNamespace
from typing import Any

import pytest

from inference.contracts.telemetry import Signals
from stacks.domains.battery.signals import SIGNALS
from tests.toys import pumps
from training_containers.contract import ConfigurationFault
from training_containers.tabular.config import TabularHyperparameters
from training_containers.tabular.evaluation import require_comparable


@pytest.mark.parametrize(("told", "horizon"), [("0", 600.0), ("300", 300.0), ("1800", 1800.0)])
def test_a_run_warns_as_far_ahead_as_it_is_told_or_as_the_domain_does(told: str, horizon: float) -> None:
    assert TabularHyperparameters.parse({"horizon_seconds": told}).horizon(SIGNALS) == horizon


@pytest.mark.parametrize("told", ["299", "1801"])
def test_a_horizon_that_the_domain_does_not_train_for_is_named(told: str) -> None:
    with pytest.raises(ConfigurationFault, match=f"'horizon_seconds' is {told}; 300 to 1800 are allowed, or 0 for 600"):
        TabularHyperparameters.parse({"horizon_seconds": told}).horizon(SIGNALS)


def champion(signals: Signals) -> Any:
    return SimpleNamespace(predictor=SimpleNamespace(signals=signals))


def test_a_champion_of_other_channels_is_refused_with_both() -> None:
    with pytest.raises(
        ConfigurationFault, match="reads flow_lpm.* every 5 s, and the dataset has voltage_v.* every 10"
    ):
        require_comparable(champion(pumps.SIGNALS), SIGNALS)


def test_a_champion_of_another_horizon_is_measured() -> None:
    require_comparable(champion(SIGNALS.model_copy(update={"horizon_s": 900})), SIGNALS)
