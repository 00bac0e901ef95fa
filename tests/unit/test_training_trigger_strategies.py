"""Strategies by the size of raw data: each one's job is planned, and its time and cost are told first."""

import json
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from lambdas.common.errors import VigilError
from lambdas.training_trigger import clients
from lambdas.training_trigger.cost import CostLimitError
from lambdas.training_trigger.expectation import TimeLimitError
from lambdas.training_trigger.logic import PlannedRun, plan_run
from lambdas.training_trigger.models import RawSize, TrainingTriggerVariables
from lambdas.training_trigger.options import OptionsError

MEASURED = {"rows_per_s": 1000, "vcpus": 2, "measured_on": "two cores, 2026-11-21", "bytes_per_row": 20}
SMALL = {
    "name": "small",
    "below_gb": 5,
    "image_uri": "cpu",
    "instance_type": "ml.m5.xlarge",
    "allowed_instance_types": ["ml.m5.xlarge", "ml.m5.4xlarge"],
    "max_runtime_s": 36_000,
    "throughput": MEASURED,
}
HOSTS = {
    "name": "hosts",
    "image_uri": "gpu",
    "instance_type": "ml.p3.8xlarge",
    "allowed_instance_types": ["ml.p3.8xlarge"],
    "instance_count": 2,
    "max_runtime_s": 72_000,
    "defaults": {"epochs": 9},
}
EPOCHS = {"name": "epochs", "hyperparameter": "epochs", "kind": "int", "default": 4, "minimum": 1, "maximum": 50}


def plan(
    payload: dict[str, Any],
    raw_bytes: int | None = None,
    limit: float = 600,
    diagnoses: bool = True,
    text_bytes: int = 0,
    tuning: dict[str, Any] | None = None,
    **small: Any,
) -> PlannedRun:
    training = {
        "diagnoses": diagnoses,
        "tuning": tuning,
        "metric_definitions": [{"name": "precision", "regex": "precision=([0-9.]+)"}],
        **{key: SMALL[key] for key in ("image_uri", "instance_type", "allowed_instance_types", "max_runtime_s")},
        "role_arn": "arn:aws:iam::123456789012:role/training",
        "cost_limit_usd": limit,
        "options": [EPOCHS],
        "strategies": [{**SMALL, **small}, HOSTS],
    }
    env = TrainingTriggerVariables(
        app="vigil",
        domain="fire",
        state_machine_arn="arn:aws:states:eu-central-1:123456789012:stateMachine:training",
        artifacts_bucket="artifacts",
        releases_table="releases",
        training=json.dumps(training),
    )
    return plan_run(payload, "request", env, None, None if raw_bytes is None else RawSize(raw_bytes, text_bytes))


def job(planned: PlannedRun, strategy: str) -> dict[str, Any]:
    """As the state machine merges it."""
    return planned.input.request | planned.input.strategies[strategy]


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


def test_time_and_cost_are_told_from_what_was_measured() -> None:
    expected = plan({}, raw_bytes=144_000_000).expected  # 7.2 million rows, at 1000 rows/s on half the vCPUs

    assert expected is not None
    assert (expected.seconds, expected.usd) == (3600, 0.23)
    assert plan({}, raw_bytes=144_000_000).cost_usd == 2.3  # at most, of the strategy that the size picks
    for word in ("7,200,000 rows", "1.0 h and 0.23 USD on 1 x ml.m5.xlarge", "two cores, 2026-11-21", "2 times"):
        assert word in expected.in_words


def test_a_row_of_text_takes_more_bytes() -> None:
    measured = MEASURED | {"text_bytes_per_row": 100}
    expected = plan({}, raw_bytes=144_000_000, text_bytes=144_000_000, throughput=measured).expected

    assert expected is not None
    assert expected.seconds == 720


def test_what_any_run_takes_is_counted_and_vcpus_only_as_far_as_they_were_found_to_help() -> None:
    measured = MEASURED | {"overhead_s": 1800, "most_vcpus": 3}
    expected = plan({}, raw_bytes=144_000_000, throughput=measured).expected

    assert expected is not None
    assert expected.seconds == (1800 + 7200) / 1.5
    assert "1,000 rows/s and 1,800 s a run" in expected.in_words
    assert "taken 1.5 times for 3 of its 4 vCPUs" in expected.in_words


def test_a_larger_instance_takes_less_time() -> None:
    expected = plan({"strategy": "small", "instanceType": "ml.m5.4xlarge"}, raw_bytes=144_000_000).expected

    assert expected is not None
    assert expected.seconds == 900


@pytest.mark.parametrize(
    ("payload", "raw_bytes", "small"),
    [
        ({}, None, {}),  # of unknown size
        ({}, 6 * 10**9, {}),  # goes to `hosts`, which nobody measured
        ({}, 10**9, {"instance_type": "ml.m5.xlarge", "throughput": None}),
    ],
)
def test_nothing_is_told_that_nobody_measured(payload: dict[str, Any], raw_bytes: int | None, small: Any) -> None:
    assert plan(payload, raw_bytes, **small).expected is None


def test_a_run_that_would_be_stopped_before_its_end_is_refused_with_the_numbers() -> None:
    # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html: then it ends as Stopped
    with pytest.raises(
        TimeLimitError, match=r"not end in the 10 h .* 1.80 GB, about 90,000,000 rows, take about 12.5 h"
    ):
        plan({}, raw_bytes=1_800_000_000)


def test_the_size_of_raw_data_is_read_off_its_listing() -> None:
    s3 = boto3.client("s3", region_name="eu-central-1")
    with Stubber(s3) as stub:
        asked = {"Bucket": "raw", "Prefix": "readings/"}
        more = {"IsTruncated": True, "NextContinuationToken": "2"}
        stub.add_response("list_objects_v2", {"Contents": [{"Key": "readings/a.CSV", "Size": 3}], **more}, asked)
        last = {"Contents": [{"Key": "readings/b", "Size": 4}], "IsTruncated": False}
        stub.add_response("list_objects_v2", last, asked | {"ContinuationToken": "2"})
        assert clients.raw_data_size("raw", "readings/", s3) == RawSize(total=7, text=3)


def test_a_listing_without_end_is_an_unknown_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "MOST_PAGES", 1)
    s3 = boto3.client("s3", region_name="eu-central-1")
    with Stubber(s3) as stub:
        more = {"IsTruncated": True, "NextContinuationToken": "2"}
        stub.add_response("list_objects_v2", {"Contents": [{"Key": "a", "Size": 3}], **more})
        assert clients.raw_data_size("raw", "", s3) is None


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
