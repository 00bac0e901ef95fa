"""One function prepares every kind of data, and needs the libraries of its own kind only."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
from pydantic import ValidationError

from lambdas.common.errors import PayloadError
from lambdas.data_prep import handler
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.data_prep.models import DataPrepVariables
from stacks.domains.battery.definition import BATTERY


@pytest.mark.parametrize(
    ("absent", "module"),
    [("PIL", "telemetry.prepare"), ("pandas", "labelled_images.prepare"), ("numpy", "sensor_zones.prepare")],
)
def test_a_layer_of_one_kind_is_enough(absent: str, module: str) -> None:
    program = (
        f"import sys; sys.modules['{absent}'] = None; import lambdas.data_prep.handler, lambdas.data_prep.{module}"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2], timeout=300)


def test_labelled_pictures_need_a_table() -> None:
    data = LabelledImages(prefix="", classes=("Cat", "NoCat"))
    with pytest.raises(ValidationError, match="need LABELS_TABLE"):
        DataPrepVariables(domain="cats", raw_bucket="raw", artifacts_bucket="artifacts", data=data)


@pytest.fixture
def telemetry(aws: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    env = DataPrepVariables(domain="battery", raw_bucket="raw", artifacts_bucket="artifacts", data=BATTERY.data)
    for name, value in env.variables().items():
        monkeypatch.setenv(name, value)
    handler.variables.cache_clear()
    s3 = boto3.client("s3")
    for bucket in ("raw", "artifacts"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return s3


def test_no_telemetry(telemetry: Any, context: Any) -> None:
    with pytest.raises(DataError, match="no telemetry below s3://raw/telemetry/"):
        handler.lambda_handler({"run": "r"}, context)


def test_telemetry_that_is_none_is_named(telemetry: Any, context: Any) -> None:
    telemetry.put_object(Bucket="raw", Key="telemetry/notes.txt", Body=b"hello")
    with pytest.raises(DataError, match="notes.txt"):
        handler.lambda_handler({"run": "r"}, context)


def test_telemetry_has_no_batches(telemetry: Any, context: Any) -> None:
    with pytest.raises(PayloadError, match="use the action `prepare`"):
        handler.lambda_handler({"run": "r", "action": "list"}, context)
