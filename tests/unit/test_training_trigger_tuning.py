"""A run that searches first: the planned tuning job, its price, and payloads that ask for it."""

from typing import Any

import pytest
from pydantic import ValidationError

from lambdas.common.release_state import Release
from lambdas.training_trigger.cost import CostLimitError
from lambdas.training_trigger.logic import PlannedRun, plan_run
from lambdas.training_trigger.models import TrainingTriggerVariables
from lambdas.training_trigger.options import OptionsError
from lambdas.training_trigger.spec import MetricDefinition, Option, TrainingSpec, TunedRange, TuningSpec

TUNING = TuningSpec(
    objective="val_average_precision",
    fixed={"trials": "0"},
    parallel_jobs=2,
    max_runtime_s=1800,
    ranges=(
        TunedRange(name="max_depth", kind="int", minimum=2, maximum=8),
        TunedRange(name="learning_rate", kind="float", minimum=0.02, maximum=0.3, logarithmic=True),
    ),
)


def spec(**changes: Any) -> TrainingSpec:
    settings = {
        "image_uri": "image",
        "role_arn": "arn:aws:iam::123456789012:role/training",
        "instance_type": "ml.m5.xlarge",
        "allowed_instance_types": ("ml.m5.xlarge",),
        "max_runtime_s": 3600,
        "cost_limit_usd": 1,
        "options": (
            Option(name="trials", hyperparameter="trials", kind="int", default=5),
            Option(name="maxDepth", hyperparameter="max_depth", kind="int", default=4),
        ),
        "metric_definitions": (MetricDefinition(name="val_average_precision", regex="val_average_precision=(.+)"),),
        "tuning": TUNING,
    }
    return TrainingSpec(**(settings | changes))


CHAMPION = Release(
    release="r1-abcdef",
    address="vigil-cats-r1-abcdef",
    model_package_arn="arn:aws:sagemaker:eu-central-1:123456789012:model-package/vigil-cats/1",
    model_data_url="s3://artifacts/runs/champion/model.tar.gz",
    manifest_sha256="5e" * 32,
    since="2026-11-20T17:00:14Z",
)


def plan(event: dict[str, Any], **changes: Any) -> PlannedRun:
    env = TrainingTriggerVariables(
        app="vigil",
        domain="battery",
        state_machine_arn="arn",
        artifacts_bucket="artifacts",
        releases_table="releases",
        training=spec(**changes),
    )
    return plan_run({"runToken": "one", **event}, "request", env, CHAMPION)


def test_a_run_searches_only_if_asked() -> None:
    assert plan({}).input.tuning is None
    assert plan({"tuningJobs": 0}).input.tuning is None


def test_the_search_varies_its_ranges_and_keeps_the_rest() -> None:
    definition = plan({"tuningJobs": 3, "trials": 7}).input.tuning["TrainingJobDefinition"]
    ranges = plan({"tuningJobs": 3}).input.tuning["HyperParameterTuningJobConfig"]["ParameterRanges"]

    assert definition["StaticHyperParameters"] == {"trials": "0"}
    assert ranges["IntegerParameterRanges"] == [
        {"Name": "max_depth", "MinValue": "2", "MaxValue": "8", "ScalingType": "Linear"}
    ]
    assert ranges["ContinuousParameterRanges"] == [
        {"Name": "learning_rate", "MinValue": "0.02", "MaxValue": "0.3", "ScalingType": "Logarithmic"}
    ]


def test_the_run_itself_keeps_what_was_asked() -> None:
    assert plan({"tuningJobs": 3, "trials": 7}).input.request["HyperParameters"]["trials"] == "7"


@pytest.mark.parametrize(("jobs", "parallel"), [(1, 1), (3, 2)])
def test_no_more_jobs_at_a_time_than_there_are(jobs: int, parallel: int) -> None:
    limits = plan({"tuningJobs": jobs}).input.tuning["HyperParameterTuningJobConfig"]["ResourceLimits"]
    assert limits == {"MaxNumberOfTrainingJobs": jobs, "MaxParallelTrainingJobs": parallel}


def test_jobs_of_a_search_share_no_checkpoints_and_cannot_be_interrupted() -> None:
    planned = plan({"tuningJobs": 2, "spot": True}, max_wait_s=7200).input.tuning["TrainingJobDefinition"]
    assert not {"CheckpointConfig", "EnableManagedSpotTraining"} & set(planned)
    assert planned["StoppingCondition"] == {"MaxRuntimeInSeconds": 1800}


def test_every_job_of_the_search_is_paid_for() -> None:
    """ml.m5.xlarge is 0.23 USD an hour: an hour for the run, half an hour for each job of its search."""
    assert plan({}).cost_usd == 0.23
    assert plan({"tuningJobs": 4}).cost_usd == 0.69
    with pytest.raises(CostLimitError, match="above the domain's limit"):
        plan({"tuningJobs": 8})


@pytest.mark.parametrize("jobs", [-1, 101, 2.5, "3", True, None])
def test_a_number_of_jobs_that_is_none_is_refused(jobs: Any) -> None:
    with pytest.raises(OptionsError, match="tuningJobs is .*; a whole number from 0 to 100"):
        plan({"tuningJobs": jobs})


def test_a_domain_without_a_search_does_not_know_the_option() -> None:
    with pytest.raises(OptionsError, match="tuningJobs is unknown"):
        plan({"tuningJobs": 3}, tuning=None)


def test_an_objective_that_nobody_logs_is_refused() -> None:
    with pytest.raises(ValidationError, match="none of the metrics"):
        spec(metric_definitions=())
