"""The planned CreateTrainingJob request, held against the service's own model."""

from typing import Any

import boto3
import pytest
from botocore.validate import ParamValidator

from lambdas.common.release_state import Release
from lambdas.training_trigger.logic import plan_run
from lambdas.training_trigger.models import TrainingTriggerVariables
from lambdas.training_trigger.options import Choices
from lambdas.training_trigger.plan import training_job
from lambdas.training_trigger.spec import MetricDefinition, TrainingSpec

KEY = "arn:aws:kms:eu-central-1:123456789012:key/0f0e"
RUN = "vigil-cats-0123456789ab"
CHOICES = Choices({"epochs": "5"}, "ml.m5.xlarge", spot=False, skip_data_prep=False, continue_run=None, tuning_jobs=0)
CHAMPION = Release(
    release="r1-abcdef",
    address="vigil-cats-r1-abcdef",
    model_package_arn="arn:aws:sagemaker:eu-central-1:123456789012:model-package/vigil-cats/1",
    model_data_url="s3://a/model.tar.gz",
    manifest_sha256="5e" * 32,
    since="2026-11-20T17:00:14Z",
)


def spec(**changes: Any) -> TrainingSpec:
    return TrainingSpec.model_validate(
        {
            "image_uri": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/training:1",
            "role_arn": "arn:aws:iam::123456789012:role/training",
            "kms_key_id": KEY,
            "instance_type": "ml.m5.xlarge",
            "allowed_instance_types": ["ml.m5.xlarge", "ml.g5.xlarge"],
            "max_runtime_s": 3600,
            "cost_limit_usd": 5,
            "metric_definitions": [MetricDefinition(name="validation:loss", regex="validation_loss=([0-9.]+)")],
            **changes,
        }
    )


def plan(choices: Choices = CHOICES, champion: Release | None = None, **changes: Any) -> dict[str, Any]:
    return training_job(RUN, "cats", spec(**changes), choices, "artifacts", champion)


@pytest.mark.parametrize("instance_type", ["ml.m5.xlarge", "ml.g5.xlarge"])
@pytest.mark.parametrize("spot", [True, False])
def test_the_service_takes_the_request(instance_type: str, spot: bool) -> None:
    request = plan(CHOICES._replace(instance_type=instance_type, spot=spot), CHAMPION)
    model = boto3.client("sagemaker", region_name="eu-central-1").meta.service_model
    report = ParamValidator().validate(request, model.operation_model("CreateTrainingJob").input_shape)
    assert not report.has_errors(), report.generate_report()


def test_every_host_of_the_job_is_paid_for() -> None:
    assert plan()["ResourceConfig"]["InstanceCount"] == 1
    assert plan(instance_count=3)["ResourceConfig"]["InstanceCount"] == 3

    variables = TrainingTriggerVariables(
        app="vigil",
        domain="cats",
        state_machine_arn="arn:aws:states:eu-central-1:123456789012:stateMachine:training",
        artifacts_bucket="artifacts",
        releases_table="releases",
        training=spec(instance_count=3),
    )
    assert plan_run({}, "request", variables, None).cost_usd == 0.69  # 3 x ml.m5.xlarge, 0.23 an hour


def test_spot_waits_at_least_as_long_as_it_may_run_and_can_resume() -> None:
    request = plan(CHOICES._replace(spot=True), max_wait_s=0)
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 3600}
    assert request["CheckpointConfig"]["S3Uri"] == f"s3://artifacts/runs/cats/{RUN}/checkpoints/"


def test_without_spot_there_is_no_waiting_time() -> None:
    assert "MaxWaitTimeInSeconds" not in plan(max_wait_s=9000)["StoppingCondition"]


def test_instances_with_disks_of_their_own_get_no_volume_key() -> None:
    assert plan()["ResourceConfig"]["VolumeKmsKeyId"] == KEY
    with_disks = (
        "ml.g4dn.xlarge",
        "ml.g5.xlarge",
        "ml.g6e.xlarge",
        "ml.p4d.24xlarge",
        "ml.p5.48xlarge",
        "ml.r5d.large",
    )
    for instance_type in with_disks:
        resources = plan(CHOICES._replace(instance_type=instance_type))["ResourceConfig"]
        assert "VolumeKmsKeyId" not in resources, instance_type
    for instance_type in ("ml.m5.xlarge", "ml.c5.xlarge", "ml.p3.2xlarge"):
        assert plan(CHOICES._replace(instance_type=instance_type))["ResourceConfig"]["VolumeKmsKeyId"] == KEY
    assert "VolumeKmsKeyId" not in plan(kms_key_id=None)["ResourceConfig"]


def test_optional_channels_are_there_when_there_is_something_to_read() -> None:
    assert plan()["InputDataConfig"] == []
    channels = plan(champion=CHAMPION, pretrained_uri="s3://a/weights")["InputDataConfig"]
    addresses = {channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"] for channel in channels}
    assert addresses == {"pretrained": "s3://a/weights/", "champion": "s3://a/model.tar.gz"}


def test_training_is_told_which_champion_it_measures() -> None:
    assert plan(champion=CHAMPION)["Environment"] == {
        "CHAMPION_MODEL_DATA_URL": "s3://a/model.tar.gz",
        "CHAMPION_MANIFEST_SHA256": "5e" * 32,
    }
    unknown = CHAMPION.model_copy(update={"manifest_sha256": ""})
    assert plan(champion=unknown)["Environment"] == {"CHAMPION_MODEL_DATA_URL": "s3://a/model.tar.gz"}


def test_a_continued_run_reads_the_checkpoints_of_the_earlier_one() -> None:
    request = plan(CHOICES._replace(continue_run="vigil-cats-ba9876543210"))
    assert request["TrainingJobName"] == RUN
    assert request["CheckpointConfig"]["S3Uri"] == "s3://artifacts/runs/cats/vigil-cats-ba9876543210/checkpoints/"


def test_a_tracking_address_reaches_the_container() -> None:
    assert plan()["Environment"] == {}
    assert plan(tracking_uri="https://mlflow.example.com", network_isolation=False)["Environment"] == {
        "MLFLOW_TRACKING_URI": "https://mlflow.example.com"
    }
