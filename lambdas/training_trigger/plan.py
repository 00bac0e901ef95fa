"""Plans the CreateTrainingJob request of a run. Pure: everything it depends on is an argument.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html, of which only what Step Functions'
own integration takes: docs/decisions/0021.
"""

from typing import Any

from lambdas.common.artifacts import checkpoints_folder, runs_folder
from lambdas.common.release_state import Release
from lambdas.training_trigger.options import Choices
from lambdas.training_trigger.spec import TrainingSpec

LOCAL_STORAGE = ("ml.g", "ml.p3dn.", "ml.p4", "ml.p5", "ml.p6", "ml.r5d.", "ml.trn")
"""Families with disks of their own: they are always encrypted and refuse a VolumeKmsKeyId."""


def training_job(
    run: str, domain: str, spec: TrainingSpec, choices: Choices, artifacts_bucket: str, champion: Release | None
) -> dict[str, Any]:
    """The request without the dataset's channels, which the state machine adds after data prep.

    `champion` is evaluated on the same test split, from its model.tar.gz; None before the first release.
    """
    checkpoints = checkpoints_folder(domain, run if choices.continue_run is None else choices.continue_run)
    output = f"s3://{artifacts_bucket}/{runs_folder(domain)}"
    return {
        "TrainingJobName": run,
        "RoleArn": spec.role_arn,
        "AlgorithmSpecification": {
            "TrainingImage": spec.image_uri,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": metric.name, "Regex": metric.regex} for metric in spec.metric_definitions],
        },
        "HyperParameters": choices.hyperparameters,
        "InputDataConfig": _channels(spec, champion),
        # SageMaker puts <S3OutputPath>/<job>/output/model.tar.gz, and the job has the run's name
        "OutputDataConfig": _with_key("KmsKeyId", spec, {"S3OutputPath": output}),
        "ResourceConfig": _resources(spec, choices.instance_type),
        "StoppingCondition": _stopping(spec, choices.spot),
        "EnableManagedSpotTraining": choices.spot,
        "CheckpointConfig": {"S3Uri": f"s3://{artifacts_bucket}/{checkpoints}", "LocalPath": "/opt/ml/checkpoints"},
        "EnableNetworkIsolation": spec.network_isolation,
        "Environment": _environment(spec, champion),
        "Tags": [{"Key": "vigil:domain", "Value": domain}, {"Key": "vigil:run", "Value": run}],
    }


def _channels(spec: TrainingSpec, champion: Release | None) -> list[dict[str, Any]]:
    """A folder's address ends with a slash, or its prefix would match the folder's neighbours too."""
    channels = {
        "pretrained": None if spec.pretrained_uri is None else f"{spec.pretrained_uri.rstrip('/')}/",
        "champion": None if champion is None else champion.model_data_url,
    }
    return [
        {
            "ChannelName": name,
            "DataSource": {
                "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
            },
            "InputMode": "File",
        }
        for name, uri in channels.items()
        if uri is not None
    ]


def _environment(spec: TrainingSpec, champion: Release | None) -> dict[str, str]:
    """The champion's address goes into the evaluation, where the gate looks whether it still is the champion."""
    variables = {"MLFLOW_TRACKING_URI": spec.tracking_uri}
    if champion is not None:
        variables |= {
            "CHAMPION_MODEL_DATA_URL": champion.model_data_url,
            "CHAMPION_MANIFEST_SHA256": champion.manifest_sha256,
        }
    return {name: value for name, value in variables.items() if value}


def _resources(spec: TrainingSpec, instance_type: str) -> dict[str, Any]:
    resources = {
        "InstanceType": instance_type,
        "InstanceCount": spec.instance_count,
        "VolumeSizeInGB": spec.volume_gb,
    }
    return resources if instance_type.startswith(LOCAL_STORAGE) else _with_key("VolumeKmsKeyId", spec, resources)


def _stopping(spec: TrainingSpec, spot: bool) -> dict[str, int]:
    stopping = {"MaxRuntimeInSeconds": spec.max_runtime_s}
    if spot:
        stopping["MaxWaitTimeInSeconds"] = max(spec.max_wait_s, spec.max_runtime_s)
    return stopping


def _with_key(name: str, spec: TrainingSpec, request: dict[str, Any]) -> dict[str, Any]:
    return request if spec.kms_key_id is None else {**request, name: spec.kms_key_id}
