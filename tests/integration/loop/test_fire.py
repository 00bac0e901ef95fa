"""Fire on the embedded AWS: a diagnosis alone, what is refused before a job starts, and labels of answers."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.progress import Progress

from clients.predict import PredictClient, PredictionRefused
from sandbox.demo.domain import Question
from sandbox.demo.domains.fire import DEMO
from sandbox.demo.follow import follow_training
from sandbox.demo.labels import send_labels
from sandbox.demo.pages import copy_inspection
from sandbox.demo.predictions import Answered
from sandbox.deployment import Deployment

SCHEMA = {
    "timestamp": {"column": "UTC", "unit": "s"},
    "label": "Fire Alarm",
    "channels": [
        {"name": "temperature_c", "column": "Temp[F]", "unit": "degF"},
        {"name": "pressure_hpa", "column": "Pressure", "unit": "hPa", "low": 800, "high": 1100},
    ],
}
ANSWERED, WRONG = 6, 2


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One sensor for ten hours, with one alarm: other columns and units, unsorted, beside files that cannot be used."""
    folder = tmp_path_factory.mktemp("readings")
    (folder / "schema.json").write_text(json.dumps(SCHEMA))
    seconds = range(1_740_787_200, 1_740_787_200 + 36_000, 30)
    burns = [int(15_000 < at - seconds[0] < 16_000) for at in seconds]
    columns = {"UTC": seconds, "Fire Alarm": burns, "Temp[F]": [68 + 90 * one for one in burns], "Pressure": 1000.0}
    table = pd.DataFrame(columns).sample(frac=1, random_state=1)
    table.to_csv(folder / "alarms.csv", index=False)
    table.head(50).drop(columns="Pressure").to_csv(folder / "no-pressure.csv", index=False)
    (folder / "empty.csv").touch()
    (folder / "cut.parquet").write_bytes(b"PAR1 and no more")
    return folder


def run(deployment: Deployment, payload: dict[str, Any]) -> dict[str, Any]:
    """The ended execution."""
    name = deployment.start_training("fire", payload)
    return follow_training(deployment, "fire", name, Progress(disable=True))


@pytest.fixture(scope="module")
def diagnosis(deployment: Deployment, raw: Path) -> dict[str, Any]:
    DEMO.upload(raw, deployment)
    return run(deployment, {"diagnose": True, "runToken": "look"})


def jobs(deployment: Deployment) -> list[str]:
    listed = deployment.sagemaker.list_training_jobs(NameContains="vigil-fire")
    return [job["TrainingJobName"] for job in listed["TrainingJobSummaries"]]


def test_a_diagnosis_ends_with_its_page_and_what_would_be_refused(
    deployment: Deployment, diagnosis: dict[str, Any]
) -> None:
    assert diagnosis["status"] == "SUCCEEDED", diagnosis.get("cause")
    told = json.loads(diagnosis["output"])
    bucket, _, key = told["page"].removeprefix("s3://").partition("/")
    page = deployment.read(bucket, key).decode()

    assert key == f"runs/fire/{told['run']}/inspection.html"
    assert "too few to train on" in told["refusals"][0]
    assert "Refused." in page
    assert "pressure_hpa" in page
    for name, why in {"empty.csv": "empty", "cut.parquet": "not_a_table", "no-pressure.csv": "missing_columns"}.items():
        assert f"<td>{name}</td><td>{why}</td>" in page
    assert told["findings"] > 0


def test_what_cannot_be_tested_is_refused_before_a_job_starts(
    deployment: Deployment, diagnosis: dict[str, Any], tmp_path: Path
) -> None:
    refused = run(deployment, {"runToken": "train"})

    assert refused["status"] == "FAILED"
    assert json.loads(diagnosis["output"])["refusals"][0] in refused["cause"]
    assert "inspection.html" in refused["cause"]
    assert jobs(deployment) == []
    (page,) = copy_inspection(deployment, "fire", refused["name"], tmp_path / "fire")
    assert "Refused." in Path(page).read_text()  # for whoever has no AWS any more when the demo has ended


def test_columns_that_are_not_there_are_named(deployment: Deployment, diagnosis: dict[str, Any], raw: Path) -> None:
    bucket = deployment.output("fire", "RawBucket")
    changed = SCHEMA | {"timestamp": "when", "sensor": "device"}
    deployment.s3.put_object(Bucket=bucket, Key=f"{DEMO.prefix}schema.json", Body=json.dumps(changed).encode())
    failed = run(deployment, {"diagnose": True, "runToken": "other columns"})

    assert failed["status"] == "FAILED"
    assert "None of the 4 files can be used. alarms.csv: the columns when, device are missing" in failed["cause"]


@pytest.fixture(scope="module")
def captured(deployment: Deployment) -> list[Answered]:
    """Questions whose answers were captured, as Firehose delivers them; some are wrong."""
    now = datetime.now(UTC)
    ids = [f"labelled-{number}" for number in range(ANSWERED)]
    lines = "".join(json.dumps({"request_id": one, "label": "fire"}) + "\n" for one in ids)
    key = f"captures/fire/{now:%Y/%m/%d/%H}/by-hand"
    deployment.s3.put_object(Bucket=deployment.captures, Key=key, Body=lines.encode())
    truths = ["normal" if number < WRONG else "fire" for number in range(ANSWERED)]
    asked = {"name": "hall", "body": b"", "content_type": "application/json", "entity_id": "hall"}
    return [
        Answered(Question(**asked, truth=truth), {"request_id": one}, now)
        for one, truth in zip(ids, truths, strict=True)
    ]


def test_labels_become_the_accuracy_that_the_alarm_watches(deployment: Deployment, captured: list[Answered]) -> None:
    missing = Answered(captured[0].question, {"request_id": "never captured"}, captured[0].at)

    told = send_labels(deployment, "fire", [*captured, missing])

    assert (told["labelled"], told["right"], told["unknown"]) == (ANSWERED, ANSWERED - WRONG, 1)
    assert (told["namespace"], told["metric"]) == ("FireDetection", "ModelAccuracy")
    assert told["accuracy"] == pytest.approx(1 - WRONG / ANSWERED)
    assert (told["alarm_below"], told["alarm"]) == (0.95, "ALARM")


def test_a_domain_without_such_an_alarm_takes_no_labels(
    deployment: Deployment, client: PredictClient, captured: list[Answered]
) -> None:
    assert send_labels(deployment, "battery", captured) == {}
    with pytest.raises(PredictionRefused, match="404"):
        client.label("battery", [])
