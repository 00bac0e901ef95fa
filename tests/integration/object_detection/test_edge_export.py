"""A job that exports: the files of `edge/` answer as the evidence says, and serving is not disturbed by them.

The conversion is real, by litert-torch and ai-edge-quantizer in their own environment; `make setup-edge` makes it.
"""

import base64
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from clients.device.checks import check
from clients.device.model import load, read_golden
from clients.device.tflite import open_tflite
from inference.contracts import Evaluation, GoldenRequest
from inference.contracts.edge import EdgeCandidate, EdgeModel
from inference.contracts.tasks import task_of
from inference.image_classification.input import ImageInput
from inference.package import load_manifest, sha256
from inference.predictor import open_predictor
from training_containers.contract import ConfigurationFault, OptMl
from training_containers.image_classification.edge.tflite import TfliteNetwork
from training_containers.object_detection.edge.tflite import TfliteDetector
from training_containers.object_detection.train import run

Trained = tuple[Path, subprocess.CompletedProcess[str]]


@pytest.fixture
def package(trained: Trained) -> Path:
    return trained[0] / "model"


@pytest.fixture
def edge(package: Path) -> EdgeModel:
    return EdgeModel.model_validate_json((package / "edge" / "edge.json").read_bytes())


def shipped(edge: EdgeModel) -> EdgeCandidate:
    return next(one for one in edge.candidates if one.format == edge.format)


def test_both_formats_are_measured_and_one_ships(package: Path, edge: EdgeModel) -> None:
    plain, small = edge.candidates
    assert (plain.format, small.format) == ("float32", "int8")
    assert small.size_mb < 0.5 * plain.size_mb  # which it is only if the backbone was quantised
    assert plain.metrics["ap50"] > 0.7
    assert abs(small.metrics["ap"] - plain.metrics["ap"]) < 0.15
    assert (edge.domain, edge.task, edge.classes, edge.slow_ms) == ("deer", "object_detection", ("deer",), 80)
    assert edge.why.startswith(f"{edge.format} ships")
    assert edge.sha256 == sha256(package / "edge" / "model.tflite")
    assert edge.golden_sha256 == sha256(package / "edge" / "golden.jsonl")
    assert shipped(edge).size_mb == pytest.approx((package / "edge" / "model.tflite").stat().st_size / 1e6)


def test_the_float32_file_finds_what_the_served_graph_finds(package: Path, edge: EdgeModel) -> None:
    evaluation = Evaluation.model_validate_json((package / "evaluation.json").read_bytes())
    plain = edge.candidates[0]
    for name in ("ap", "ap50"):
        assert plain.metrics[name] == pytest.approx(evaluation.metrics[name], abs=0.005)


def test_the_gate_reads_the_format_that_ships(package: Path, edge: EdgeModel) -> None:
    evaluation = Evaluation.model_validate_json((package / "evaluation.json").read_bytes())
    for name, value in shipped(edge).metrics.items():
        assert evaluation.metrics[f"edge_{name}"] == value
    assert evaluation.metrics["edge_size_mb"] == shipped(edge).size_mb
    for name in ("edge_ap", "edge_ap50", "edge_recall", "edge_false_positives_per_empty"):
        assert evaluation.intervals[name].low <= evaluation.metrics[name] <= evaluation.intervals[name].high
    assert set(evaluation.components) == {"edge_float32", "edge_int8"}
    # what the server loads is as large as without an edge model
    assert evaluation.metrics["size_mb"] == pytest.approx((package / "model.onnx").stat().st_size / 1e6)


def test_golden_requests_are_answered_by_the_file_that_ships_and_nearly_so_by_the_server(
    package: Path, edge: EdgeModel
) -> None:
    network, task = TfliteNetwork(package / "edge" / "model.tflite"), task_of("object_detection")
    device = TfliteDetector(network, edge.classes, ImageInput.model_validate(edge.input), edge.thresholds["box"])
    served = open_predictor(package, load_manifest(package))
    requests = [
        GoldenRequest.model_validate_json(line) for line in (package / "edge" / "golden.jsonl").read_text().splitlines()
    ]
    assert len(requests) == 8
    for request in requests:
        body = base64.b64decode(request.body_base64)
        assert task.golden_fault(request.answer, device.predict(body, request.content_type), 1e-6) == ""
        assert task.agrees(request.answer, served.predict(body, request.content_type))


def test_a_device_takes_what_ships(package: Path) -> None:
    """By its own program, which refuses what answers a golden request otherwise than the job did."""
    model, golden = load(package / "edge", "r1", "deer", open_tflite), read_golden(package / "edge")
    check(model, golden)
    assert model.slow_ms == 80
    told = [model.answer(base64.b64decode(request.body_base64)).told["boxes"] for request in golden]
    assert {bool(boxes) for boxes in told} == {False, True}


def test_a_missing_environment_fails_before_anything_is_trained(
    job: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setenv("VIGIL_EDGE_PYTHON", "/nowhere/python")
    with pytest.raises(ConfigurationFault, match="make setup-edge"):
        run(OptMl(job(edge_export="measured")))
    signal.signal(signal.SIGTERM, before)
    assert "epoch" not in capsys.readouterr().out
