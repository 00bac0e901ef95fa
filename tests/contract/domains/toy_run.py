"""One run of a domain on toy data: data prep's function, the planned job's folder, the container's own entry point."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from inference.contracts import PackageManifest
from inference.package import load_manifest
from inference.predictor import Predictor, open_predictor
from lambdas.data_prep import handler as data_prep
from lambdas.data_prep.models import DataPrepResult, DataPrepVariables
from lambdas.training_trigger.options import choose
from lambdas.training_trigger.plan import training_job
from lambdas.training_trigger.spec import TrainingSpec
from sandbox.aws.clients import split_uri
from sandbox.aws.sagemaker.container import EDGE_PYTHON
from sandbox.aws.sagemaker.training.channels import download
from sandbox.aws.sagemaker.training.folder import JobFolder
from stacks.pipeline.definition import DomainDefinition
from stacks.shared.source_tree import ROOT
from tests.contract.domains.toys import ToyData
from tests.unit.conftest import Context

RAW, ARTIFACTS, LABELS = "raw", "artifacts", "labels"
IN_MEMORY = {"AWS_ACCESS_KEY_ID": "-", "AWS_SECRET_ACCESS_KEY": "-", "AWS_DEFAULT_REGION": "us-east-1"}


class Objects:
    """What channels are downloaded with."""

    def __init__(self) -> None:
        self.s3 = boto3.client("s3")

    def read(self, uri: str) -> bytes:
        bucket, key = split_uri(uri)
        return self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()


@dataclass(frozen=True)
class ToyRun:
    definition: DomainDefinition
    prepared: DataPrepResult
    request: dict[str, Any]
    """Of CreateTrainingJob."""
    base: Path
    """What /opt/ml is to the container."""
    log: str

    @property
    def model(self) -> Path:
        return self.base / "model"

    @cached_property
    def manifest(self) -> PackageManifest:
        return load_manifest(self.model)

    @cached_property
    def predictor(self) -> Predictor:
        return open_predictor(self.model, self.manifest)

    def read(self, name: str) -> bytes:
        return (self.model / name).read_bytes()


def run(
    definition: DomainDefinition, spec: TrainingSpec, toy: ToyData, hyperparameters: Mapping[str, str], base: Path
) -> ToyRun:
    """`hyperparameters` go over the defaults of the domain's options. An AssertionError has the container's log."""
    name = f"vigil-{definition.name}-0123456789ab"
    request = training_job(name, definition.name, spec, choose({}, spec, name), ARTIFACTS, champion=None)
    request["HyperParameters"] |= hyperparameters
    folder = JobFolder(base)
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        for variable, value in IN_MEMORY.items():
            patch.setenv(variable, value)
        prepared = _prepare(definition, toy, patch)
        request["InputDataConfig"] += prepared.channels
        for channel in request["InputDataConfig"]:
            download(Objects(), channel, folder.channel(channel["ChannelName"]))
    folder.write_configuration(request)
    command = [sys.executable, "-m", f"training_containers.{definition.training.container}", "train"]
    variables = {
        "SAGEMAKER_BASE_DIR": str(base),
        "MLFLOW_TRACKING_URI": "off",
        "TRAINING_JOB_NAME": name,
        EDGE_PYTHON: os.environ.get(EDGE_PYTHON, str(ROOT / ".venv-edge" / "bin" / "python")),
    }
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True, timeout=600, check=False
    )
    failure = folder.failure.read_text() if folder.failure.exists() else ""
    assert done.returncode == 0, f"{failure}\n{done.stdout}\n{done.stderr}"
    return ToyRun(definition, prepared, request, base, done.stdout)


def _prepare(definition: DomainDefinition, toy: ToyData, patch: pytest.MonkeyPatch) -> DataPrepResult:
    s3 = boto3.client("s3")
    for bucket in (RAW, ARTIFACTS):
        s3.create_bucket(Bucket=bucket)
    for key, body in toy.objects.items():
        s3.put_object(Bucket=RAW, Key=key, Body=body)
    labels_key = definition.data.labels_key
    if labels_key is not None:
        _label(labels_key, toy)
    settings = DataPrepVariables(
        domain=definition.name,
        raw_bucket=RAW,
        artifacts_bucket=ARTIFACTS,
        labels_table=None if labels_key is None else LABELS,
        data=definition.data,
    )
    for variable, value in settings.variables().items():
        patch.setenv(variable, value)
    data_prep.variables.cache_clear()
    result = data_prep.lambda_handler({"action": "prepare", "run": "toy"}, Context())
    data_prep.variables.cache_clear()
    return DataPrepResult.model_validate(result)


def _label(key: str, toy: ToyData) -> None:
    table = boto3.resource("dynamodb").create_table(
        TableName=LABELS,
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    with table.batch_writer() as writer:
        for row in toy.labels:
            writer.put_item(Item=row)
