"""The outsider's pumps: answers, refusals and the report speak of pumps, by nothing but their own `Signals`."""

import json

import pytest

from inference.contracts import Evaluation
from inference.errors import BadRequest
from inference.tabular.predictor import HazardDetector
from tests.contract.domains.toy_run import ToyRun
from tests.toys import pumps

JSON = "application/json"
pytestmark = pytest.mark.parametrize("name", ["pumps"], indirect=True)


@pytest.fixture
def detector(toy_run: ToyRun) -> HazardDetector:
    assert isinstance(toy_run.predictor, HazardDetector)
    return toy_run.predictor


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


def test_the_evaluation_counts_its_events_and_hours(toy_run: ToyRun) -> None:
    evaluation = Evaluation.model_validate_json(toy_run.read("evaluation.json"))

    assert evaluation.metrics["leaking_recall"] > evaluation.dummy["leaking_recall"] == 0
    assert evaluation.metrics["pump_hours"] > 0
    assert "false_alarms_per_1000_sound_pump_hours" in evaluation.intervals
    assert set(evaluation.per_class) == {"tight", "leaking"}


def test_the_report_speaks_of_pumps(toy_run: ToyRun) -> None:
    page = (toy_run.base / "output" / "data" / "report.html").read_text()

    assert "Healthy and failing pumps" in page
    assert "pump-hours" in page
    assert not [word for word in ("module", "runaway", "hazard ") if word in page]
