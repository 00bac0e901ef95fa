"""Requests to a tabular model: what is answered, and what a caller is told who asked wrongly."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from inference.contracts.tasks.tabular import LeadTimeBand
from inference.errors import BadRequest
from inference.tabular.features import Preparation
from inference.tabular.predictor import BandFrom, HazardDetector, TabularInput
from stacks.domains.battery.signals import SIGNALS

JSON = "application/json"
BEGINS = datetime(2026, 1, 5, 6, tzinfo=UTC)
NORMAL = dict(zip(SIGNALS.channel_names, (46.0, 10.0, 27.0, 28.0, 22.0, 120.0, 4.0), strict=True))
HOTTEST = SIGNALS.feature_names.index("temperature_max_c:now")
Readings = list[dict[str, Any]]


class HotterThanSixty:
    """Stands in for an ONNX session: probability 0.9 when the hottest surface is above 60 C, else 0.1."""

    def get_inputs(self) -> list[Any]:
        return [type("Input", (), {"name": "features"})]

    def run(self, _outputs: list[str], inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        hazard = np.where(inputs["features"][:, HOTTEST] > 60, 0.9, 0.1).astype(np.float32)
        return [np.column_stack([1 - hazard, hazard])]


@pytest.fixture
def detector() -> HazardDetector:
    wide = {"low": (-1e6,) * len(SIGNALS.channel_names), "high": (1e6,) * len(SIGNALS.channel_names)}
    preparation = Preparation(**wide, typical=(25.0,) * len(SIGNALS.feature_names))
    bands = tuple(
        BandFrom(probability=p, band=LeadTimeBand(from_s=low, to_s=low + 100)) for p, low in ((0.5, 300), (0.8, 60))
    )
    return HazardDetector(
        HotterThanSixty(),
        TabularInput(
            signals=SIGNALS, features=SIGNALS.feature_names, horizon_s=600, preparation=preparation, lead_time=bands
        ),
        threshold=0.5,
    )


def readings(count: int = 66, step: float = 10, **values: float | None) -> Readings:
    return [
        {"timestamp": (BEGINS + timedelta(seconds=step * number)).isoformat(), **NORMAL, **values}
        for number in range(count)
    ]


def body(*windows: Readings) -> bytes:
    return json.dumps(
        {"windows": [{"module_id": f"m{n}", "readings": rows} for n, rows in enumerate(windows)]}
    ).encode()


def test_a_batch_is_answered_in_its_order(detector: HazardDetector) -> None:
    answers = detector.predict(body(readings(), readings(temperature_max_c=90.0)), JSON)["predictions"]
    assert [(answer["module_id"], answer["label"]) for answer in answers] == [
        ("m0", SIGNALS.clear),
        ("m1", SIGNALS.hazard),
    ]
    assert answers[1]["hazard_probability"] == pytest.approx(0.9)
    assert sum(answers[1]["scores"].values()) == pytest.approx(1.0)
    assert answers[1]["at"].startswith("2026-01-05T06:10:50")


def test_a_positive_answer_names_its_reason_and_the_time_left(detector: HazardDetector) -> None:
    (answer,) = detector.predict(body(readings(temperature_max_c=90.0)), JSON)["predictions"]
    (reason,) = answer["top_features"]
    assert reason["channel"] == "temperature_max_c"
    assert reason["value"] == pytest.approx(90.0)
    assert reason["typical"] == 25.0
    assert reason["log_odds"] == pytest.approx(np.log(81.0), rel=1e-4)
    assert answer["lead_time"] == {"from_s": 60.0, "to_s": 160.0}


def test_a_negative_answer_has_neither(detector: HazardDetector) -> None:
    (answer,) = detector.predict(body(readings()), JSON)["predictions"]
    assert answer["lead_time"] is None
    assert answer["top_features"] == []


LAST = readings(66)[65]
NOT_READINGS = {
    "true": "valid number",
    '"46.1"': "valid number",
    "[46.1]": "valid number",
    "NaN": "no JSON: NaN is no number",
    "-Infinity": "no JSON: -Infinity is no number",
    "1e999": "no JSON: the number 1e999 is too large",
    "1" * 30: "less than or equal to 1500",
    "1" * 400: "no JSON: the number 1+... is too large",
    "1500.1": "less than or equal to 1500",
    "-0.1": "greater than or equal to 0",
    r'"\ud800"': "no JSON: it has half of a surrogate pair",
    '46.0, "voltage_v": 46.0': "no JSON: the name 'voltage_v' stands twice",
}


@pytest.mark.parametrize("written", NOT_READINGS)
def test_what_is_no_reading_is_refused_and_not_left_out(detector: HazardDetector, written: str) -> None:
    text = body([*readings(65), LAST]).decode()
    place = f'"voltage_v": {NORMAL["voltage_v"]}'
    sent = f'"voltage_v": {written}'.join(text.rsplit(place, 1)).encode()
    with pytest.raises(BadRequest, match=NOT_READINGS[written]):
        detector.predict(sent, JSON)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (1767592800, "ISO 8601"),
        (True, "ISO 8601"),
        ("1767592800", "ISO 8601"),
        ("2026-01-05", "ISO 8601"),
        ("9999-12-31T23:59:59Z", "the year is 9999; 1970 to 2099"),
        ("0001-01-01T00:00:00+14:00", "the year is 1;"),
        ("2026-13-05T06:00:00Z", "month"),
    ],
)
def test_what_is_no_time_is_refused(detector: HazardDetector, written: Any, says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        detector.predict(body([*readings(65), LAST | {"timestamp": written}]), JSON)


def test_missing_values_and_readings_are_fine(detector: HazardDetector) -> None:
    rows = [row for number, row in enumerate(readings(66, gas_ppm=None)) if number % 7]
    del rows[3]["voltage_v"]
    assert detector.predict(body(rows), JSON)["predictions"][0]["label"] == SIGNALS.clear


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        pytest.param(readings(30), r"windows\.0: the window spans 290 s; at least 590 s", id="too-short"),
        pytest.param(readings()[::-1], r"must be in order of time.*number 1 ", id="backward"),
        pytest.param([*readings(), readings()[-1]], r"distinct; number 66 ", id="twice"),
        pytest.param(readings(10, step=70), r"in 9 of 60 steps of 10 s; at least 10", id="sparse"),
        pytest.param(
            [{**readings()[0], "volts": 3.0}, *readings()[1:]],
            r"readings\.0\.volts: this field is unknown",
            id="unknown",
        ),
        pytest.param(
            [{**readings()[0], "gas_ppm": "high"}, *readings()[1:]], r"readings\.0\.gas_ppm: .*valid number", id="text"
        ),
        pytest.param(
            [{**readings()[0], "timestamp": "2026-01-05T06:00:00"}, *readings()[1:]], "timezone", id="no-time-zone"
        ),
        pytest.param([dict(NORMAL)], r"readings\.0\.timestamp: Field required", id="no-time"),
        pytest.param([], r"windows\.0\.readings: .*at least 1 item", id="no-readings"),
        pytest.param(readings(1001, step=1), r"readings: .*at most 1000 items", id="too-many"),
    ],
)
def test_windows_that_cannot_be_judged(detector: HazardDetector, rows: Readings, says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        detector.predict(body(rows), JSON)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (b"", "no JSON: Expecting value"),
        (b"[]", "the body"),
        (b"{}", "windows: Field required"),
        (b'{"windows": []}', "at least 1"),
    ],
)
def test_bodies_that_are_no_requests(detector: HazardDetector, sent: bytes, says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        detector.predict(sent, JSON)


def test_many_faults_are_told_in_short(detector: HazardDetector) -> None:
    rows = [{**row, "volts": 1.0} for row in readings()]
    with pytest.raises(BadRequest, match=r"and \d+ more") as refused:
        detector.predict(body(rows), JSON)
    assert len(str(refused.value)) < 2000


@pytest.mark.parametrize("change", [lambda c: c.update(features=("x",)), lambda c: c["preparation"].update(low=(1.0,))])
def test_a_contract_of_other_features_is_refused(detector: HazardDetector, change: Callable) -> None:
    contract = detector.contract.model_dump()
    change(contract)
    with pytest.raises(ValueError, match="other features than this image|the preparation has"):
        TabularInput.model_validate(contract)
