"""The option `diagnose` through the function: the page and its answer, and kinds without an inspector."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from lambdas.common.errors import PayloadError
from lambdas.data_prep import handler
from lambdas.data_prep.models import DataPrepVariables
from lambdas.data_prep.publish import publish
from lambdas.data_prep.sensor_zones.diagnose import inspect
from lambdas.data_prep.sensor_zones.prepare import prepare
from stacks.domains.battery.definition import BATTERY
from tests.unit.zone_alarms import HOUR, alarms, write
from tests.unit.zone_alarms import raw as raw
from tests.unit.zone_readings import SPEC, as_files, inputs, readings


def test_diagnosis_answers_what_would_be_refused(raw: Path, tmp_path: Path) -> None:
    write(raw, alarms([300]))
    answer = inspect(inputs(raw, tmp_path / "out", HOUR))

    assert answer.raw_bytes == (raw / "raw" / "alarms.csv").stat().st_size
    assert "too few to train on" in answer.refusals[0]
    assert not list((tmp_path / "out").rglob("tables"))


@pytest.fixture
def aws_raw(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    s3 = boto3.client("s3")
    for bucket in ("raw", "artifacts"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    env = DataPrepVariables(domain="fire", raw_bucket="raw", artifacts_bucket="artifacts", data=SPEC)
    for name, value in env.variables().items():
        monkeypatch.setenv(name, value)
    handler.variables.cache_clear()
    yield s3
    handler.variables.cache_clear()


def upload(s3: Any, raw: Path) -> None:
    for path in (raw / "raw").rglob("*.parquet"):
        s3.put_object(Bucket="raw", Key=path.relative_to(raw).as_posix(), Body=path.read_bytes())


def test_a_kind_without_an_inspector_says_so(aws_raw: Any, context: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA", BATTERY.data.model_dump_json())
    with pytest.raises(PayloadError, match="Data of kind telemetry have no inspection of their own"):
        handler.lambda_handler({"run": "r", "action": "diagnose"}, context)


def test_the_function_inspects_and_prepares_in_buckets(aws_raw: Any, context: Any, raw: Path, tmp_path: Path) -> None:
    upload(aws_raw, as_files(readings(), raw))
    diagnosis = handler.lambda_handler({"run": "r", "action": "diagnose"}, context)
    first, again = (handler.lambda_handler({"run": run}, context) for run in ("r", "s"))
    listing = aws_raw.list_objects_v2(Bucket="artifacts", Prefix=f"datasets/fire/{first['version']}/")["Contents"]
    (raw / "raw" / "schema.json").unlink()
    ours = inputs(raw, tmp_path / "out")

    assert diagnosis["page"] == "s3://artifacts/runs/fire/r/inspection.html"
    assert diagnosis["refusals"] == []
    assert first["version"] == again["version"] == publish("fire", SPEC, prepare(ours), ours.artifacts).version
    assert first["items"] == 16
    names = {entry["Key"].removeprefix(f"datasets/fire/{first['version']}/") for entry in listing}
    assert {"manifest.jsonl", "dataset.json", "zones.json", "inspection.html"} < names
    assert sum(name.startswith("tables/") for name in names) == 16
