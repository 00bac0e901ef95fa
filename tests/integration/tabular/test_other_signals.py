"""Another domain's telemetry, from its tables to its answers, by nothing but its own `Signals`."""

import base64
import json
from pathlib import Path

import pytest

from inference.contracts import Evaluation, GoldenRequest
from inference.contracts.tasks import task_of
from inference.errors import BadRequest
from inference.package import load_manifest
from inference.predictor import open_predictor
from inference.tabular.predictor import HazardDetector
from lambdas.data_prep.dataset_files import render
from lambdas.data_prep.telemetry.dataset import assemble
from lambdas.data_prep.telemetry.schema import TelemetrySchema
from lambdas.data_prep.telemetry.spec import Telemetry
from tests.integration.tabular.conftest import train
from tests.toys import pumps

JSON = "application/json"


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("pumps")
    spec = Telemetry.model_validate_json(pumps.SPEC.model_dump_json())  # as the function gets it
    dataset = assemble(spec, pumps.tables().items(), TelemetrySchema(spec.signals))
    assert dataset.rejections == []
    files = {f"input/data/dataset/{name}": body for name, body in render("pumps", dataset).files.items()}
    files["input/config/hyperparameters.json"] = json.dumps(pumps.HYPERPARAMETERS).encode()
    for name, body in files.items():
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    done = train(base)
    assert done.returncode == 0, done.stdout + done.stderr
    return base


@pytest.fixture(scope="module")
def detector(job: Path) -> HazardDetector:
    predictor = open_predictor(job / "model", load_manifest(job / "model"))
    assert isinstance(predictor, HazardDetector)
    return predictor


def request(**given: float) -> bytes:
    return json.dumps({"windows": [{"pump_id": "p1", "readings": pumps.readings(**given)}]}).encode()


def test_answers_have_the_domains_own_names(detector: HazardDetector) -> None:
    (sound,) = detector.predict(request(), JSON)["predictions"]
    (failing,) = detector.predict(request(burst_in_s=40), JSON)["predictions"]

    assert (sound["pump_id"], sound["label"], failing["label"]) == ("p1", "tight", "leaking")
    assert failing["leaking_probability"] == failing["scores"]["leaking"] > sound["leaking_probability"]
    assert {reason["channel"] for reason in failing["top_features"]} <= set(pumps.NORMAL)
    assert "pressure_bar:delta_100s" in failing["features"]


def test_what_the_model_refuses_is_told_in_the_domains_words(detector: HazardDetector) -> None:
    with pytest.raises(BadRequest, match="timestamp, flow_lpm, pressure_bar, vibration_mm_s"):
        detector.predict(request(voltage_v=46.0), JSON)
    with pytest.raises(BadRequest, match="spans 95 s; at least 115 s are needed, better 3 minutes"):
        detector.predict(request(steps=20), JSON)
    module = request().replace(b"pump_id", b"module_id")
    with pytest.raises(BadRequest, match=r"windows\.0\.pump_id: Field required"):
        detector.predict(module, JSON)


def test_the_evaluation_counts_its_events_and_hours(job: Path) -> None:
    evaluation = Evaluation.model_validate_json((job / "model" / "evaluation.json").read_bytes())

    assert evaluation.metrics["leaking_recall"] > evaluation.dummy["leaking_recall"] == 0
    assert evaluation.metrics["pump_hours"] > 0
    assert "false_alarms_per_1000_sound_pump_hours" in evaluation.intervals
    assert set(evaluation.per_class) == {"tight", "leaking"}


def test_golden_requests_hold(job: Path, detector: HazardDetector) -> None:
    lines = (job / "model" / "golden.jsonl").read_text().splitlines()
    golden = [GoldenRequest.model_validate_json(line) for line in lines]

    assert golden
    for one in golden:
        answer = detector.predict(base64.b64decode(one.body_base64), one.content_type)
        assert task_of("tabular").golden_fault(one.answer, answer, one.tolerance) == ""


def test_the_report_speaks_of_pumps(job: Path) -> None:
    page = (job / "output" / "data" / "report.html").read_text()

    assert "Healthy and failing pumps" in page
    assert "pump-hours" in page
    assert not [word for word in ("module", "runaway", "hazard ") if word in page]
