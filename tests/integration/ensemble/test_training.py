"""One whole job: all members, one graph, a package that serves, and evidence for each of them."""

import json
import math
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import onnxruntime as ort
import pytest

from inference.contracts import Baseline, Evaluation, GoldenRequest
from inference.contracts.tasks import task_of
from inference.package import load_manifest
from inference.predictor import open_predictor
from training_containers.ensemble.models import members

MEMBERS = {member.name for member in members("all")}
COMBINED = {"stacking", "bayesian_averaging", "dynamic_selection"}


@pytest.fixture(scope="module")
def evaluation(trained: Path) -> Evaluation:
    return Evaluation.model_validate_json((trained / "model" / "evaluation.json").read_bytes())


def test_fourteen_members_are_one_graph(trained: Path):
    graph = ort.InferenceSession(trained / "model" / "model.onnx", providers=["CPUExecutionProvider"])

    assert len(MEMBERS) == 14
    assert {one.name for one in graph.get_outputs()} == MEMBERS
    assert {one.name for one in graph.get_inputs()} == {"features", "windows"}


def test_every_model_and_tier_has_its_metrics(evaluation: Evaluation):
    assert set(evaluation.components) == {*MEMBERS, *COMBINED, "tier_1", "tier_2", "best_member"}
    for metrics in (evaluation.metrics, *evaluation.components.values(), evaluation.references["threshold_rule"]):
        for name in ("false_positive_rate", "recall", "event_recall", "average_precision", "detection_delay_p50_s"):
            assert math.isfinite(metrics[name])
    assert {"false_positive_rate", "recall", "accuracy"} <= set(evaluation.intervals)
    assert evaluation.dummy["recall"] == 0
    assert evaluation.metrics["average_precision"] > 2 * evaluation.dummy["average_precision"]


def test_all_three_ways_to_combine_were_tried_and_one_was_chosen(trained: Path):
    log = (trained / "log.txt").read_text()
    manifest = load_manifest(trained / "model")

    assert all(f"validation {name}" in log for name in {*COMBINED, *MEMBERS})
    assert manifest.input["combiner"]["kind"] in {*COMBINED, "best_member"}
    assert f"the package combines by: {manifest.input['combiner']['kind']}" in log


def test_the_package_answers_its_golden_requests(trained: Path):
    folder = trained / "model"
    predictor = open_predictor(folder, load_manifest(folder))
    golden = [GoldenRequest.model_validate_json(line) for line in (folder / "golden.jsonl").read_text().splitlines()]

    assert {one.answer["predictions"][0]["label"] for one in golden} == {"normal", "fire"}
    for request in golden:
        answer = predictor.predict(b64decode(request.body_base64), request.content_type)
        assert task_of("sensor_zones").golden_fault(request.answer, answer, request.tolerance) == ""


def test_drift_has_something_to_be_measured_against(trained: Path):
    baseline = Baseline.model_validate_json((trained / "model" / "baseline.json").read_bytes())

    assert {"normal", "fire"} == set(baseline.scores)
    golden = GoldenRequest.model_validate_json((trained / "model" / "golden.jsonl").read_text().splitlines()[0])
    assert "temperature_c:max" in golden.answer["predictions"][0]["features"].keys() <= baseline.features.keys()


def test_progress_is_told_for_every_training(trained: Path):
    log = (trained / "log.txt").read_text()

    assert all(f"{name:20} all     done" in log for name in MEMBERS)
    assert "progress=1" in log


def test_another_runs_checkpoints_are_refused(lay_out: Callable, started, tmp_path: Path):
    base = lay_out(tmp_path)
    (base / "checkpoints").mkdir()
    (base / "checkpoints" / "run.json").write_text(json.dumps({"dataset_version": "another"}))

    process = started(base)
    log, _ = process.communicate(timeout=600)

    assert process.returncode == 4, log
    assert "the checkpoints are another run's" in (base / "output" / "failure").read_text()
