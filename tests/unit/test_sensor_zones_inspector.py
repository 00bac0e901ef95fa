"""What the inspector sees in readings, what it calls a lie, and what it refuses."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pandas as pd
import pytest

from inference.contracts import Split
from lambdas.common.errors import PayloadError
from lambdas.data_prep import handler
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.models import DataPrepVariables
from lambdas.data_prep.publish import publish
from lambdas.data_prep.sensor_zones.diagnose import inspect
from lambdas.data_prep.sensor_zones.prepare import prepare
from stacks.domains.battery.definition import BATTERY
from tests.unit.zone_readings import SPEC, as_files, inputs, readings

HOUR = SPEC.model_copy(update={"block_hours": 1.0})
SCHEMA = {
    "timestamp": {"column": "UTC", "unit": "s"},
    "label": "Fire Alarm",
    "channels": [
        {"name": "temperature_c", "column": "Temperature[F]", "unit": "degF"},
        {"name": "pressure_hpa", "column": "Pressure[hPa]", "unit": "hPa", "low": 800, "high": 1100},
    ],
}
RUNS = 11


def alarms(starts: list[int], hours: int = 24) -> pd.DataFrame:
    """One sensor, a row a minute; ten minutes of alarm from each of these minutes on."""
    rng = np.random.default_rng(5)
    minutes = np.arange(hours * 60)
    fire = np.isin(minutes, [start + one for start in starts for one in range(10)])
    return pd.DataFrame(
        {
            "Fire Alarm": fire.astype(int),
            "UTC": 1_740_787_200 + 60 * minutes,
            "Temperature[F]": 68 + rng.normal(size=len(minutes)) + 50 * fire,
            "Pressure[hPa]": 1000 + rng.normal(size=len(minutes)),
        }
    )


def in_eleven_runs() -> pd.DataFrame:
    return alarms([60 * hour + 20 for hour in (1, 2, 4, 6, 8, 10, 13, 15, 18, 20, 22)])


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "bucket" / "raw").mkdir(parents=True)
    (tmp_path / "bucket" / "raw" / "schema.json").write_text(json.dumps(SCHEMA))
    return tmp_path / "bucket"


def write(raw: Path, table: pd.DataFrame) -> None:
    table.sample(frac=1, random_state=1).to_csv(raw / "raw" / "alarms.csv", index=False)


def page(out: Path) -> str:
    return (out / "runs" / "fire" / "run" / "inspection.html").read_text()


def test_labels_all_in_one_hour_are_refused_and_what_is_missing_is_said(raw: Path, tmp_path: Path) -> None:
    write(raw, alarms([300 + 5 * run for run in range(RUNS)]))
    with pytest.raises(DataError) as refused:
        prepare(inputs(raw, tmp_path / "out", HOUR))

    assert "24 time blocks of 1 h" in str(refused.value)
    assert "test has 0 tables with 'fire' and needs 1" in str(refused.value)
    assert "Give recordings of more sites and of more time in which it burns" in str(refused.value)
    assert str(tmp_path / "out/runs/fire/run/inspection.html") in str(refused.value)
    assert "Refused. The readings of 1 sites" in page(tmp_path / "out")
    assert not list((tmp_path / "out").glob("datasets/*"))


def test_eleven_runs_unsorted_with_other_columns_are_evaluated_by_blocks(raw: Path, tmp_path: Path) -> None:
    write(raw, in_eleven_runs())
    dataset = prepare(inputs(raw, tmp_path / "out", HOUR))
    shown = page(tmp_path / "out")

    assert f"are {RUNS} separate runs, all of them at site" in shown
    assert "split by random rows" in shown
    assert "29 of 30" not in shown  # this domain's windows are shorter
    assert "neighbouring decisions share 4 of 5 readings" in shown
    assert [one.count for one in dataset.findings if one.kind == "unsorted"][0] > 100
    tested = {item.block for item in dataset.items if item.split is Split.TEST}
    assert tested == set(sorted(item.block for item in dataset.items)[-len(tested) :])
    assert {item.label for item in dataset.items if item.split is Split.TEST} == {"normal", "fire"}


def test_a_repeated_block_is_found_and_never_stands_in_two_splits(raw: Path, tmp_path: Path) -> None:
    table = in_eleven_runs()
    copied = table["UTC"].between(table["UTC"][60], table["UTC"][60 + 59])  # the second hour, with an alarm in it
    values = table.columns.difference(["UTC"])
    table.loc[22 * 60 : 22 * 60 + 59, values] = table.loc[copied, values].to_numpy()
    write(raw, table)
    dataset = prepare(inputs(raw, tmp_path / "out", HOUR))
    repeated = [one for one in dataset.findings if one.kind == "repeated_block"]

    assert [one.item for one in repeated] == ["site 2025-03-01T22-00"]
    assert 30 <= repeated[0].count <= 90
    assert "of site in 2025-03-01T01-00 stand here again, 21.0 h later" in repeated[0].detail
    assert "2025-03-01T22-00" in {item.block for item in dataset.items}
    assert "2025-03-01T01-00" not in {item.block for item in dataset.items}
    assert "known by heart" in page(tmp_path / "out")


def test_noise_is_not_taken_for_repetition(raw: Path, tmp_path: Path) -> None:
    table = in_eleven_runs().round(0)  # a handful of values, over and over
    write(raw, table)

    assert [one for one in prepare(inputs(raw, tmp_path / "out", HOUR)).findings if one.kind == "repeated_block"] == []


def test_what_is_wrong_with_files_values_and_sensors_is_found(raw: Path, tmp_path: Path) -> None:
    (raw / "raw" / "schema.json").unlink()
    table = readings()
    table.loc[table["sensor_id"] == "zone-1/1", "co_ppm"] = 3.5
    table.loc[5, "temperature_c"] = 300.0
    table.loc[[6, 7], "temperature_c"] = -273.0
    table = table.drop(index=range(400, 420))
    as_files(table, raw)
    first = sorted((raw / "raw").rglob("*.parquet"))[0]
    pd.read_parquet(first).assign(note="hot", co_ppm=lambda one: one["co_ppm"].astype(str)).to_parquet(first)
    dataset = prepare(inputs(raw, tmp_path / "out"))
    found = {one.kind: one for one in dataset.findings}

    assert found["schema_drift"].item == "site-0/2025-03-01.parquet"
    assert "co_ppm (FLOAT), co_ppm (VARCHAR), note (VARCHAR)" in found["schema_drift"].detail
    assert (found["outside"].item, found["outside"].count) == ("temperature_c", 2)
    assert found["outliers"].item == "temperature_c"
    assert found["gaps"].count == 20
    assert {one.item for one in dataset.findings if one.kind == "constant"} == {f"site-{n} zone-1/1" for n in range(4)}


def test_the_page_needs_nothing_else_and_no_name_breaks_it(raw: Path, tmp_path: Path) -> None:
    (raw / "raw" / "schema.json").unlink()
    table = readings()
    table["site_id"] = table["site_id"].replace("site-0", "<script>alert(1)</script>")
    table.to_parquet(raw / "raw" / "a.parquet")
    dataset = prepare(inputs(raw, tmp_path / "out"))
    shown = page(tmp_path / "out")

    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
    assert "http" not in shown
    assert "<svg" in shown
    assert dataset.listings["inspection.html"] == shown.encode()


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
