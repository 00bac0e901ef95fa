"""A job that exports: the files of `edge/` answer as the evidence says, and serving is not disturbed by them.

The conversion is real, by litert-torch and ai-edge-quantizer in their own environment; `make setup-edge` makes it.
"""

import base64
import json
import os
from pathlib import Path

import pytest

from inference.contracts import Evaluation, GoldenRequest
from inference.contracts.edge import EdgeModel
from inference.image_classification.input import ImageInput
from inference.package import load_manifest, sha256
from inference.predictor import open_predictor
from training_containers.contract import ConfigurationFault
from training_containers.image_classification.edge.tflite import TfliteClassifier

ROOT = Path(__file__).parents[3]
HERE = os.environ.get("VIGIL_EDGE_PYTHON", str(ROOT / ".venv-edge" / "bin" / "python"))
TINY = {"architecture": "mobilenet_v3_small", "width_multiplier": "0.35", "edge_export": "measured", "epochs": "12"}


@pytest.fixture(scope="module")
def exported(lay_out, train, tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = lay_out(tmp_path_factory.mktemp("edge"), **TINY, edge_slow_ms="80")
    result = train(base, VIGIL_EDGE_PYTHON=HERE)
    assert result.returncode == 0, result.stderr
    return base


def test_both_formats_are_measured_and_one_ships(exported: Path) -> None:
    folder = exported / "model" / "edge"
    model = EdgeModel.model_validate_json((folder / "edge.json").read_bytes())
    assert [one.format for one in model.candidates] == ["float32", "int8"]
    plain, small = model.candidates
    assert small.size_mb < 0.6 * plain.size_mb
    assert plain.metrics["accuracy"] > 0.8
    assert (model.domain, model.classes, model.slow_ms) == ("cats", ("Chi", "Mu", "NoCat"), 80)
    assert model.sha256 == sha256(folder / "model.tflite")
    assert model.golden_sha256 == sha256(folder / "golden.jsonl")
    assert model.why.startswith(f"{model.format} ships")
    ships = next(one for one in model.candidates if one.format == model.format)
    assert ships.size_mb == pytest.approx((folder / "model.tflite").stat().st_size / 1e6)


def test_the_gate_reads_the_format_that_ships(exported: Path) -> None:
    evaluation = Evaluation.model_validate_json((exported / "model" / "evaluation.json").read_bytes())
    model = EdgeModel.model_validate_json((exported / "model" / "edge" / "edge.json").read_bytes())
    ships = next(one for one in model.candidates if one.format == model.format)
    for name in ("accuracy", "f1", "roc_auc", "p95_ms"):
        assert evaluation.metrics[f"edge_{name}"] == ships.metrics[name]
    assert evaluation.metrics["edge_size_mb"] == ships.size_mb
    for name in ("edge_accuracy", "edge_f1"):
        assert evaluation.intervals[name].low <= evaluation.metrics[name] <= evaluation.intervals[name].high
    assert set(evaluation.components) == {"edge_float32", "edge_int8"}
    # what the server loads is as large as without an edge model
    assert evaluation.metrics["size_mb"] == pytest.approx((exported / "model" / "model.onnx").stat().st_size / 1e6)


def test_golden_requests_are_answered_by_the_file_that_ships(exported: Path) -> None:
    folder = exported / "model" / "edge"
    model = EdgeModel.model_validate_json((folder / "edge.json").read_bytes())
    device = TfliteClassifier(folder / "model.tflite", model.classes, ImageInput.model_validate(model.input))
    requests = [GoldenRequest.model_validate_json(line) for line in (folder / "golden.jsonl").read_text().splitlines()]
    assert len(requests) == 9
    for request in requests:
        answer = device.predict(base64.b64decode(request.body_base64), request.content_type)
        assert answer["scores"] == pytest.approx(request.answer["scores"], abs=1e-6)


def test_the_server_opens_such_a_package_and_answers_alike(exported: Path) -> None:
    folder = exported / "model"
    manifest = load_manifest(folder)
    assert {"edge/edge.json", "edge/golden.jsonl", "edge/model.tflite"} < set(manifest.files)
    served = open_predictor(folder, manifest)
    for line in (folder / "edge" / "golden.jsonl").read_text().splitlines():
        request = GoldenRequest.model_validate_json(line)
        answer = served.predict(base64.b64decode(request.body_base64), request.content_type)
        assert answer["scores"] == pytest.approx(request.answer["scores"], abs=0.1)


def test_the_job_leaves_its_results(exported: Path) -> None:
    results = json.loads((exported / "output" / "data" / "training_results.json").read_text())
    assert {"accuracy", "precision", "recall", "f1", "roc_auc"} < set(results["test"])
    assert sum(map(sum, results["confusion"])) == results["test_items"] == 9
    assert set(results["benchmark"]) == {"onnx", "float32", "int8"}
    assert all(0 < one["p50_ms"] <= one["p95_ms"] <= one["p99_ms"] for one in results["benchmark"].values())
    assert results["why"].startswith(results["ships"])


def test_a_missing_environment_fails_before_anything_is_trained(job, run_here, capsys) -> None:
    with pytest.raises(ConfigurationFault, match="make setup-edge"):
        run_here(job(**TINY), VIGIL_EDGE_PYTHON="/nowhere/python")
    assert "epoch" not in capsys.readouterr().out
