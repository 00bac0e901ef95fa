"""Strategies by the size of raw data: each one's job is planned; what none has is refused."""

from typing import Any

import pytest

from lambdas.common.errors import VigilError
from lambdas.training_trigger.cost import CostLimitError
from lambdas.training_trigger.expectation import TimeLimitError
from lambdas.training_trigger.options import OptionsError
from tests.unit.strategy_plans import job, plan


def test_every_strategy_is_planned_where_the_size_picks_one() -> None:
    planned = plan({})

    assert planned.input.strategy == "auto"
    assert job(planned, "small")["ResourceConfig"]["InstanceType"] == "ml.m5.xlarge"
    assert job(planned, "small")["HyperParameters"] == {"epochs": "4"}
    hosts = job(planned, "hosts")
    assert hosts["ResourceConfig"] == {"InstanceType": "ml.p3.8xlarge", "InstanceCount": 2, "VolumeSizeInGB": 30}
    assert hosts["AlgorithmSpecification"]["TrainingImage"] == "gpu"
    assert hosts["StoppingCondition"] == {"MaxRuntimeInSeconds": 72_000}
    assert hosts["HyperParameters"] == {"epochs": "9"}
    assert planned.cost_usd == pytest.approx(2 * 20 * 14.688)  # the dearest: two p3.8xlarge for 20 h


def test_a_search_runs_on_the_machines_of_the_strategy_that_was_asked_for_and_is_priced_with_it() -> None:
    searched = {"name": "epochs", "kind": "int", "minimum": 1, "maximum": 50}
    tuning = {"objective": "precision", "ranges": [searched], "parallel_jobs": 3, "max_runtime_s": 7200}

    with pytest.raises(OptionsError, match="tuningJobs is 4, .* say with `strategy` which one it is for: small, hosts"):
        plan({"tuningJobs": 4}, tuning=tuning)
    with pytest.raises(CostLimitError, match="2 x ml.p3.8xlarge costs 822.53 USD"):
        plan({"tuningJobs": 4, "strategy": "hosts"}, tuning=tuning)
    planned = plan({"tuningJobs": 4, "strategy": "small"}, tuning=tuning)

    assert planned.input.tuning is not None
    definition = planned.input.tuning["TrainingJobDefinition"]
    assert definition["ResourceConfig"] == job(planned, "small")["ResourceConfig"]
    assert planned.cost_usd == pytest.approx(2.3 + 4 * 2 * 0.23)  # ml.m5.xlarge: 10 h, and four times 2 h
    assert plan({"tuningJobs": 0}, tuning=tuning).input.tuning is None


def test_only_the_strategy_that_was_asked_for_is_planned() -> None:
    planned = plan({"strategy": "hosts", "epochs": 7})

    assert list(planned.input.strategies) == ["hosts"]
    assert (planned.input.strategy, planned.cost_usd) == ("hosts", pytest.approx(587.52))
    assert job(planned, "hosts")["HyperParameters"] == {"epochs": "7"}  # what was asked for wins


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"strategy": "cluster"}, "strategy is 'cluster'; one of auto, small, hosts"),
        ({"strategy": ["small"]}, "strategy is .*; one of auto, small, hosts"),
        ({"instanceType": "ml.m5.4xlarge"}, "say with `strategy` which one it is for: small, hosts"),
        ({"strategy": "hosts", "instanceType": "ml.m5.4xlarge"}, "one of ml.p3.8xlarge"),
    ],
)
def test_what_no_strategy_has_is_refused(payload: dict[str, Any], said: str) -> None:
    with pytest.raises(OptionsError, match=said):
        plan(payload)


def test_a_strategy_that_could_cost_too_much_refuses_the_run() -> None:
    with pytest.raises(CostLimitError, match=r"2 x ml.p3.8xlarge costs 587.52 USD .* limit of 500.00 USD"):
        plan({}, limit=500)
    assert plan({"strategy": "small"}, limit=500).cost_usd == 2.3


def test_an_unaffordable_strategy_is_a_refusal_of_ours() -> None:
    assert issubclass(TimeLimitError, VigilError)


def test_a_diagnosis_plans_no_job_and_costs_nothing() -> None:
    planned = plan({"diagnose": True}, raw_bytes=9_000_000_000_000, limit=1)

    assert (planned.input.diagnose, planned.input.request, planned.input.strategies) == (True, {}, {})
    assert (planned.cost_usd, planned.expected) == (0, None)


@pytest.mark.parametrize(
    ("diagnoses", "value", "said"),
    [(True, "yes", "diagnose is 'yes'; true or false"), (False, True, "diagnose is unknown")],
)
def test_a_diagnosis_that_is_not_there_to_be_had(diagnoses: bool, value: Any, said: str) -> None:
    with pytest.raises(OptionsError, match=said):
        plan({"diagnose": value}, diagnoses=diagnoses)
