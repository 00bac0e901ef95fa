"""Every job that a run may plan, as SageMaker's own model and its SDK's classes have it."""

import pytest

from lambdas.common.release_state import Release
from lambdas.training_trigger.options import choose
from lambdas.training_trigger.plan import training_job
from lambdas.training_trigger.spec import MetricDefinition, TrainingSpec
from lambdas.training_trigger.tuning import tuning_job
from stacks.domains.battery import BATTERY
from stacks.domains.cats import CATS
from stacks.pipeline.definition import Training
from stacks.shared.base_image import families
from tests.contract.aws.sagemaker_sdk import sdk_faults
from tests.contract.aws.service_model import faults, service
from training_containers.contract.metric_definitions import metric_definitions

RUN = "vigil-cats-0123456789ab"
IMAGE = "123456789012.dkr.ecr.us-west-2.amazonaws.com/cdk-assets:0f0e"
ROLE = "arn:aws:iam::123456789012:role/VigilProductionCats-Role"
MODEL = "s3://artifacts/runs/cats/vigil-cats-0123456789ab/output/model.tar.gz"
CHAMPION = Release(
    release="r1-abcdef",
    address="vigil-cats-r1-abcdef",
    model_package_arn="arn:aws:sagemaker:eu-central-1:123456789012:model-package/vigil-cats/1",
    model_data_url=MODEL,
    manifest_sha256="5e" * 32,
    since="2026-11-20T17:00:14Z",
)


DATASET = [
    {
        "ChannelName": "dataset",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://artifacts/datasets/any/version/"}},
    }
]


def _spec(training: Training = CATS.training) -> TrainingSpec:
    return TrainingSpec(
        image_uri=IMAGE,
        role_arn=ROLE,
        kms_key_id="arn:aws:kms:us-west-2:123456789012:key/0f0e",
        instance_type=training.instance,
        allowed_instance_types=(training.instance, *training.or_instances),
        max_runtime_s=training.max_runtime_s,
        max_wait_s=training.max_wait_s,
        spot=training.spot,
        cost_limit_usd=training.cost_limit_usd,
        options=training.options,
        tuning=training.tuning,
        metric_definitions=tuple(
            MetricDefinition(name=entry["Name"], regex=entry["Regex"]) for entry in metric_definitions(training.metrics)
        ),
    )


@pytest.mark.parametrize("instance", [CATS.training.instance, *CATS.training.or_instances])
@pytest.mark.parametrize("spot", [True, False])
def test_a_training_job(instance, spot):
    choices = choose({"instanceType": instance, "spot": spot}, _spec(), "vigil-cats")
    request = training_job(RUN, "cats", _spec(), choices, "artifacts", CHAMPION)

    request["InputDataConfig"] = DATASET + request["InputDataConfig"]

    assert faults("sagemaker", "CreateTrainingJob", request) == []
    assert sdk_faults("CreateTrainingJob", request) == []


@pytest.mark.parametrize("spot", [True, False])
def test_a_tuning_job(spot):
    spec = _spec(BATTERY.training)
    choices = choose({"tuningJobs": 12, "spot": spot}, spec, "vigil-battery")
    training = training_job("vigil-battery-0123456789ab", "battery", spec, choices, "artifacts", CHAMPION)
    request = tuning_job(training, spec.tuning, choices.tuning_jobs)
    request["TrainingJobDefinition"]["InputDataConfig"] = DATASET

    assert faults("sagemaker", "CreateHyperParameterTuningJob", request) == []
    assert sdk_faults("CreateHyperParameterTuningJob", request) == []


def test_every_family_that_has_a_base_image_trains():
    offered = {instance.split(".")[1] for instance in service("sagemaker").shape_for("TrainingInstanceType").enum}

    assert families() <= offered


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"TrainingJobName": "-cats"}, "TrainingJobName"),
        ({"TrainingJobName": "c" * 64}, "64, 63 at most"),
        ({"RoleArn": "arn"}, "RoleArn"),
        ({"Colour": "red"}, "Colour"),
        ({"StoppingCondition": {"MaxRuntimeInSeconds": 0}}, "MaxRuntimeInSeconds"),
        ({"ResourceConfig": {"InstanceType": "ml.m99.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 1}}, "enumeration"),
        ({"HyperParameters": {"epochs": "5" * 2501}}, "2500 at most"),
    ],
)
def test_a_request_with_a_fault_is_found_out(change, fault):
    request = training_job(RUN, "cats", _spec(), choose({}, _spec(), "vigil-cats"), "artifacts", CHAMPION)

    assert any(fault in found for found in faults("sagemaker", "CreateTrainingJob", request | change))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"Colour": "red"}, "CreateTrainingJob.Colour"),
        ({"StoppingCondition": {"Colour": "red"}}, "CreateTrainingJob.StoppingCondition.Colour"),
        ({"Tags": [{"Key": "a", "Value": "b", "Colour": "c"}]}, "CreateTrainingJob.Tags[0].Colour"),
        ({"StoppingCondition": {"MaxRuntimeInSeconds": "long"}}, "stopping_condition.max_runtime_in_seconds"),
        ({"RoleArn": None}, "role_arn"),
    ],
)
def test_the_sdk_finds_a_fault(change, fault):
    request = training_job(RUN, "cats", _spec(), choose({}, _spec(), "vigil-cats"), "artifacts", CHAMPION)

    (found,) = sdk_faults("CreateTrainingJob", request | change)
    assert found.startswith(f"{fault}: ")
