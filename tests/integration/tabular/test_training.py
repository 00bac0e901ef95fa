"""A small training job from its channel to a package that serving accepts."""

import json
import re
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from inference.contracts import Evaluation, GoldenRequest
from inference.package import load_manifest
from stacks.domains.battery.signals import SIGNALS
from training_containers.contract.metric_definitions import metric_definitions

Run = Callable[..., subprocess.CompletedProcess[str]]
Job = Callable[..., Path]


@pytest.fixture(scope="module")
def evaluation(trained: Path) -> Evaluation:
    return Evaluation.model_validate_json((trained / "model" / "evaluation.json").read_bytes())


def test_golden_requests_show_both_decisions(trained: Path) -> None:
    lines = (trained / "model" / "golden.jsonl").read_text().splitlines()
    golden = [GoldenRequest.model_validate_json(line) for line in lines]
    assert {request.answer["predictions"][0]["label"] for request in golden} == set(SIGNALS.classes)


def test_painted_anomalies_are_found(evaluation: Evaluation) -> None:
    assert evaluation.metrics["hazard_recall"] == 1.0
    assert evaluation.metrics["average_precision"] > 0.8


def test_the_gates_metrics_are_all_there_for_all(evaluation: Evaluation) -> None:
    alarms = {"hazard_recall", "false_alarms_per_1000_module_hours", "early_alarms", "lead_time_p50_s"}
    for measured in (evaluation.metrics, evaluation.dummy, evaluation.references["threshold_rule"]):
        assert {*alarms, "average_precision"} <= set(measured)
    assert {"p50_ms", "p95_ms", "p99_ms", "size_mb"} <= set(evaluation.metrics)
    assert evaluation.dummy["hazard_recall"] == 0.0


def test_what_the_gate_decides_on_has_an_interval(evaluation: Evaluation) -> None:
    for name in ("hazard_recall", "false_alarms_per_1000_module_hours", "average_precision", "lead_time_p50_s"):
        assert evaluation.intervals[name].low <= evaluation.metrics[name] <= evaluation.intervals[name].high
    assert evaluation.intervals["hazard_recall"].low < 1


def test_probabilities_are_what_they_say(evaluation: Evaluation) -> None:
    """Better than guessing the share of hazards: an uncalibrated model with weighted classes is not."""
    assert 0 < evaluation.metrics["brier_skill"] < 1


def test_the_rule_was_tuned_and_the_lead_on_it_is_paired(evaluation: Evaluation) -> None:
    rule = evaluation.references["threshold_rule"]
    assert [name for name in rule if name.startswith("limit_")]
    assert rule["hazard_recall"] > evaluation.dummy["hazard_recall"]
    lead = evaluation.metrics["average_precision"] - rule["average_precision"]
    interval = evaluation.leads["threshold_rule"]["average_precision"]
    assert interval.low <= lead <= interval.high


def test_importance_covers_every_channel(trained: Path) -> None:
    importance = json.loads((trained / "model" / "importance.json").read_bytes())
    assert set(SIGNALS.channel_names) == set(importance)
    assert max(importance.values()) > 0


def test_the_report_is_one_page_with_described_pictures(trained: Path) -> None:
    page = (trained / "output" / "data" / "report.html").read_text()
    pictures = re.findall(r"<img alt='([^']+)' src='data:image/png;base64,", page)
    assert pictures == [
        "Class balance",
        "Healthy and failing modules",
        "Box plots",
        "Missing values",
        "Correlations",
        "Reliability",
    ]
    assert not re.search(r"(?:src|href)='https?:", page)


def test_mlflow_has_the_three_experiments_with_pictures_and_models(trained: Path) -> None:
    with sqlite3.connect(trained / "output" / "data" / "mlflow.db") as database:
        rows = database.execute(
            "select e.name, r.name, r.artifact_uri from runs r join experiments e on e.experiment_id = r.experiment_id"
        ).fetchall()
    names = {experiment: {run for e, run, _ in rows if e == experiment} for experiment, _, _ in rows}
    assert names["Baseline"] == {"logistic_regression", "random_forest", "xgboost"}
    assert names["SMOTE"] == {"logistic_regression-smote", "xgboost-smote"}
    assert "xgboost-00" in names["Tuning"]


def test_a_tuning_job_can_read_its_objective(trained: Path) -> None:
    (definition,) = metric_definitions(["val_average_precision"])
    values = re.findall(definition["Regex"], (trained / "log.txt").read_text())
    assert 0 < float(values[-1]) <= 1


def test_one_trial_of_a_tuning_job(lay_out: Job, run: Run, tmp_path: Path) -> None:
    base = lay_out(tmp_path, trials="0", max_depth="2", _tuning_objective_metric="val_average_precision")
    done = run(base)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "logistic_regression" not in done.stdout
    assert load_manifest(base / "model").thresholds[SIGNALS.hazard] > 0
