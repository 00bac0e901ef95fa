"""Battery through the loop: painted anomalies, broken files, a search by a tuning job, a release, answers."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.progress import Progress

from clients.predict import PredictClient
from lambdas.common.artifacts import gate_record, quarantine_folder, run_evaluation
from sandbox.demo.domain import Question
from sandbox.demo.domains.battery import DEMO
from sandbox.demo.follow import follow_release, follow_training
from sandbox.deployment import Deployment
from sandbox.simulators.battery import FleetOptions, simulate_fleet
from stacks.domains.battery.signals import SIGNALS
from tests.integration.loop import stranger
from tests.malformed import window_requests

BROKEN = {
    "1-nothing.csv": ("empty", "0 bytes"),
    "2-picture.csv": ("not_a_table", "no readable csv"),
    "3-cut.parquet": ("not_a_table", "no readable parquet"),
    "4-columns.csv": ("missing_columns", "gas_ppm"),
    "5-kelvin.csv": ("wrong_unit", "looks like K"),
}
JOBS = 2
OPTIONS = {"tuningJobs": JOBS, "trials": 0, "folds": 2, "negatives": 1000, "runToken": "search"}


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("telemetry")
    list(simulate_fleet(FleetOptions(sites=8, hours=0.75, seed=5, dummy=True), folder))
    good = pd.read_parquet(folder / "site-000.parquet")
    (folder / "1-nothing.csv").touch()
    (folder / "2-picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff\xfe")
    (folder / "3-cut.parquet").write_bytes((folder / "site-000.parquet").read_bytes()[:5000])
    good.drop(columns="gas_ppm").to_csv(folder / "4-columns.csv", index=False)
    good.assign(ambient_c=good.ambient_c + 273.15).to_csv(folder / "5-kelvin.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def run(deployment: Deployment, raw: Path) -> dict[str, Any]:
    """The finished execution of a run that searched first."""
    DEMO.upload(raw, deployment)
    run = deployment.start_training("battery", OPTIONS)
    execution = follow_training(deployment, "battery", run, Progress(disable=True))
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    return execution


@pytest.fixture(scope="module")
def gate(deployment: Deployment, run: dict[str, Any]) -> dict[str, Any]:
    return deployment.read_json(gate_record("battery", run["name"]))


@pytest.fixture(scope="module")
def questions(deployment: Deployment, raw: Path, gate: dict[str, Any]) -> list[Question]:
    version = gate["dataset_version"]
    items = deployment.test_items("battery", version)
    return list(DEMO.questions(raw, items, lambda name: deployment.dataset_file("battery", version, name)))


@pytest.fixture(scope="module")
def answers(
    deployment: Deployment, client: PredictClient, gate: dict[str, Any], questions: list[Question]
) -> list[dict[str, Any]]:
    """From a model that the gate rejected, since a plain limit finds painted anomalies too, and a person approved."""
    package = gate["result"]["model_package_arn"]
    deployment.sagemaker.update_model_package(ModelPackageArn=package, ModelApprovalStatus="Approved")
    state = follow_release(deployment, "battery", package, Progress(disable=True))
    assert state.champion is not None, state.history
    return [client.predict("battery", one.body, one.content_type, one.entity_id) for one in questions]


def test_broken_files_are_named_with_their_reasons(deployment: Deployment, run: dict[str, Any]) -> None:
    listed = deployment.s3.list_objects_v2(Bucket=deployment.artifacts, Prefix=quarantine_folder("battery"))["Contents"]
    records = [deployment.read_json(entry["Key"]) for entry in listed]
    told = {record["item"]: (record["reason"], record["detail"]) for record in records}

    assert set(told) == set(BROKEN)
    for name, (reason, says) in BROKEN.items():
        assert told[name][0] == reason
        assert says in told[name][1]


def test_the_best_of_the_search_trains_the_run(deployment: Deployment, run: dict[str, Any]) -> None:
    search = deployment.sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=run["name"])
    trained = deployment.sagemaker.describe_training_job(TrainingJobName=run["name"])

    assert search["TrainingJobStatusCounters"]["Completed"] == JOBS
    found = search["BestTrainingJob"]["TunedHyperParameters"]
    assert found["max_depth"].isdigit()
    assert trained["HyperParameters"].items() >= found.items()


def test_the_evaluation_has_what_an_operator_asks(deployment: Deployment, run: dict[str, Any]) -> None:
    evaluation = deployment.read_json(run_evaluation("battery", run["name"]))

    for measured in (evaluation["metrics"], evaluation["dummy"], evaluation["references"]["threshold_rule"]):
        assert {"hazard_recall", "precision", "average_precision"} <= set(measured)
        assert {"false_alarms_per_1000_module_hours", "lead_time_p10_s", "lead_time_p50_s"} <= set(measured)


def test_a_model_no_better_than_a_plain_limit_is_rejected(gate: dict[str, Any]) -> None:
    assert gate["result"]["status"] == "rejected"
    assert any("threshold_rule" in reason for reason in gate["result"]["reasons"])


def test_failing_and_healthy_modules_are_told_apart(questions: list[Question], answers: list[dict[str, Any]]) -> None:
    alarmed: dict[str, list[bool]] = {SIGNALS.hazard: [], SIGNALS.clear: []}
    for question, answer in zip(questions, answers, strict=True):
        alarmed[question.truth].append(answer["predictions"][0]["label"] == SIGNALS.hazard)
        assert answer["release"].startswith("r1-")

    failing, well = (sum(alarmed[truth]) / len(alarmed[truth]) for truth in (SIGNALS.hazard, SIGNALS.clear))
    assert failing > 2 * well, f"alarmed: {failing:.0%} of the failing, {well:.0%} of the healthy"


def test_an_alarm_says_why_and_how_long(answers: list[dict[str, Any]]) -> None:
    alarms = [answer["predictions"][0] for answer in answers if answer["predictions"][0]["label"] == SIGNALS.hazard]

    assert alarms
    for alarm in alarms:
        assert alarm["top_features"][0]["log_odds"] > 0
        assert 0 <= alarm["lead_time"]["from_s"] <= alarm["lead_time"]["to_s"]


@pytest.mark.usefixtures("answers")
@pytest.mark.parametrize(
    ("body", "content_type", "status", "says"),
    [
        (b"{", "application/json", 400, "no JSON"),
        (b'{"windows": []}', "application/json", 422, "at least 1 item"),
        (b'{"windows": [{"module_id": "m", "readings": []}]}', "application/json", 422, "windows.0.readings"),
        (b"timestamp,module_id", "text/csv", 415, "application/json"),
    ],
)
def test_requests_that_are_none(client: PredictClient, body: bytes, content_type: str, status: int, says: str) -> None:
    answered, text = client.post("battery", body, content_type)

    assert answered == status, text
    assert says in json.loads(text)["error"]["message"]


@pytest.mark.usefixtures("answers")
def test_malformed_windows_are_refused(client: PredictClient, malformed: int) -> None:
    found = stranger.ask(client, "POST /v1/battery/predict", window_requests(), malformed)
    print(found)
    assert found.faults == {}
