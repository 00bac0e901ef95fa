"""An embedded AWS with one toy image, shared by the tests of a run."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox

TOY_IMAGE = Path(__file__).with_name("toy_image")
TOY_TAG = "0" * 64
TOY_URI = f"123456789012.dkr.ecr.us-west-2.amazonaws.com/cdk-hnb659fds-container-assets:{TOY_TAG}"


@pytest.fixture(scope="session")
def toy_assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cloud assembly with one container-image asset, as CDK writes it."""
    assembly = tmp_path_factory.mktemp("cdk.out")
    shutil.copytree(TOY_IMAGE, assembly / f"asset.{TOY_TAG}")
    image = {"source": {"directory": f"asset.{TOY_TAG}"}, "destinations": {}}
    (assembly / "toy.assets.json").write_text(json.dumps({"version": "36.0.0", "dockerImages": {TOY_TAG: image}}))
    return assembly


@pytest.fixture(scope="session")
def sandbox(toy_assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(assembly=toy_assembly, state=tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture(scope="session")
def bucket(sandbox: Sandbox) -> str:
    sandbox.client("s3").create_bucket(
        Bucket="toys", CreateBucketConfiguration={"LocationConstraint": sandbox.settings.region}
    )
    return "toys"


@pytest.fixture
def training_request(bucket: str) -> dict[str, Any]:
    """The least that CreateTrainingJob needs."""
    return {
        "AlgorithmSpecification": {"TrainingImage": TOY_URI, "TrainingInputMode": "File"},
        "RoleArn": "arn:aws:iam::123456789012:role/training",
        "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/runs"},
        "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        "EnableNetworkIsolation": True,
    }
