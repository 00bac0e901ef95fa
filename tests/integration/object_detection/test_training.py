"""A finished job leaves a package that serving accepts, with evidence that is true."""

import base64
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from inference.contracts import Baseline, Evaluation, GoldenRequest
from inference.contracts.boxes import FoundBox, LabelledBox, iou
from inference.contracts.tasks import task_of
from inference.package import load_manifest
from inference.predictor import open_predictor
from training_containers.contract.metric_definitions import metric_definitions

Trained = tuple[Path, subprocess.CompletedProcess[str]]
Train = Callable[..., subprocess.CompletedProcess[str]]


def evaluation_of(base: Path) -> Evaluation:
    return Evaluation.model_validate_json((base / "model" / "evaluation.json").read_bytes())


def test_it_learned_to_find_light_rectangles(trained: Trained) -> None:
    evaluation = evaluation_of(trained[0])
    metrics = evaluation.metrics
    assert evaluation.test_items == 12
    assert metrics["ap50"] > 0.7 > evaluation.dummy["ap50"]
    assert metrics["reviewed_ap50"] > 0.5
    assert 0 < metrics["p50_ms"] <= metrics["p95_ms"] <= metrics["p99_ms"]
    assert metrics["size_mb"] == pytest.approx((trained[0] / "model" / "model.onnx").stat().st_size / 1e6)
    for name in ("ap", "ap50", "recall", "precision", "false_positives_per_empty", "reviewed_recall"):
        assert evaluation.intervals[name].low <= metrics[name] <= evaluation.intervals[name].high
    assert evaluation.intervals["recall"].low < 0.9  # four cameras show little
    assert evaluation.per_class["deer"].support == 8
    assert evaluation.dummy["false_positives_per_empty"] == 1
    assert evaluation.skipped == ()


def test_serving_finds_a_test_picture_s_rectangle(trained: Trained) -> None:
    model, data = trained[0] / "model", trained[0] / "input" / "data"
    manifest = load_manifest(model)
    lines = (data / "dataset" / "manifest.jsonl").read_text().splitlines()
    tested = [item for item in map(json.loads, lines) if item["split"] == "test" and item["boxes"]]
    predictor = open_predictor(model, manifest)
    found = []
    for item in tested:
        answer = predictor.predict((data / "images" / item["path"]).read_bytes(), "image/jpeg")
        true = LabelledBox(**item["boxes"][0])
        found.append(max((iou(FoundBox(**box), true) for box in answer["boxes"]), default=0))
    assert sum(one > 0.5 for one in found) >= 6
    assert set(manifest.thresholds) == {"box"}


def test_the_baseline_covers_held_out_pictures(trained: Trained) -> None:
    baseline = Baseline.model_validate_json((trained[0] / "model" / "baseline.json").read_bytes())
    assert baseline.items == 24
    assert set(baseline.scores) == {"deer"}
    assert set(baseline.labels) <= {"deer", "empty"}
    assert "brightness" in baseline.features


def test_golden_requests_are_answered_alike(trained: Trained) -> None:
    model, task = trained[0] / "model", task_of("object_detection")
    predictor = open_predictor(model, load_manifest(model))
    requests = [GoldenRequest.model_validate_json(line) for line in (model / "golden.jsonl").read_text().splitlines()]
    bodies = [base64.b64decode(request.body_base64) for request in requests]
    assert {body[:2] for body in bodies} == {b"\xff\xd8", b"\x89P"}  # as they came, and as PNG
    for request, body in zip(requests, bodies, strict=True):
        answer = predictor.predict(body, request.content_type)
        assert task.golden_fault(request.answer, answer, request.tolerance) == ""


def test_progress_and_metrics_are_in_the_log(trained: Trained) -> None:
    definitions = {one["Name"]: one["Regex"] for one in metric_definitions(["val_ap50", "epoch"])}
    epochs = re.findall(definitions["epoch"], trained[1].stdout, re.MULTILINE)
    assert epochs == [str(number) for number in range(1, len(epochs) + 1)]
    assert len(re.findall(definitions["val_ap50"], trained[1].stdout, re.MULTILINE)) == len(epochs) > 1


def test_people_see_test_pictures_with_what_was_found(trained: Trained) -> None:
    output = trained[0] / "output" / "data"
    with Image.open(output / "test_pictures.jpg") as sheet:
        assert sheet.size == (6 * 240, 2 * 240)
    assert json.loads((output / "training_results.json").read_text())["test_items"] == 12


def test_a_run_goes_on_from_a_champion_s_weights_and_is_compared_with_it(
    trained: Trained, job: Callable[..., Path], train: Train
) -> None:
    base = job(frozen_epochs="0", epochs="1", learning_rate="0.00001")
    for name in ("champion", "pretrained"):
        (base / "input" / "data" / name).mkdir()
    archive = base / "input" / "data" / "champion" / "model.tar.gz"
    subprocess.run(["tar", "-czf", archive, "-C", trained[0] / "model", "."], check=True)
    weights = (trained[0] / "output" / "data" / "model.pt").read_bytes()
    (base / "input" / "data" / "pretrained" / "model.pt").write_bytes(weights)
    result = train(base, CHAMPION_MODEL_DATA_URL="s3://artifacts/champion/model.tar.gz")
    assert result.returncode == 0, result.stderr
    evaluation, theirs = evaluation_of(base), evaluation_of(trained[0])
    assert evaluation.metrics["ap50"] > 0.7  # a step of such a size changes little
    champion = evaluation.champion
    assert champion is not None
    assert champion.shared_classes == ("deer",)
    for name in ("ap50", "recall", "reviewed_ap50", "reviewed_false_positives_per_empty"):
        assert champion.metrics[name] == pytest.approx(theirs.metrics[name])
        assert champion.challenger[name] == pytest.approx(evaluation.metrics[name])
    assert champion.differences["reviewed_recall"].low <= champion.differences["reviewed_recall"].high
