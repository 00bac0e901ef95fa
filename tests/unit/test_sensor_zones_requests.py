"""Requests to an ensemble that cannot be answered, and what their caller is told."""

import json
from typing import Any

import pytest

from inference.contracts.strict_json import NotJson, strict_loads
from inference.errors import BadRequest
from inference.sensor_zones.predictor import ZoneDetector
from inference.sensor_zones.request import MAX_READINGS, MAX_SENSORS, MAX_WINDOWS
from tests.toys.zones import STEPS, body, readings, window
from tests.unit.zone_answers import JSON, answer
from tests.unit.zone_answers import zones as zones


def last(**values: Any) -> list[dict[str, Any]]:
    return [*readings(STEPS - 1), {**readings()[-1], **values}]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        pytest.param(last(heat_c=True), r"windows\.0\.sensors\.s1\.7\.heat_c: .*valid number", id="true"),
        pytest.param(last(heat_c="46.1"), "valid number", id="text"),
        pytest.param(last(heat_c=[46.1]), "valid number", id="list"),
        pytest.param(last(heat_c=10**30), "less than or equal to 600", id="beyond"),
        pytest.param(last(heat_c=-40.1), "greater than or equal to -40", id="below"),
        pytest.param(last(volts=1), "volts: this field is unknown; a reading has timestamp, heat_c", id="unknown"),
        pytest.param(last(timestamp=1767592800), r"s1\.7\.timestamp: write a time as ISO 8601", id="number-as-time"),
        pytest.param(last(timestamp="2026-01-05"), r"s1\.7\.timestamp: write a time as ISO 8601", id="day"),
        pytest.param(last(timestamp="2026-01-05T06:30:00"), "the time has no zone", id="no-zone"),
        pytest.param(last(timestamp="9999-12-31T23:59:59Z"), "the year is 9999; 1970 to 2099", id="year"),
        pytest.param(last(timestamp="2026-13-05T06:00:00Z"), r"s1\.7\.timestamp: month", id="month"),
        pytest.param([{"heat_c": 1.0}], r"s1\.0\.timestamp: Field required", id="no-time"),
        pytest.param([5], r"s1\.0: .*valid dictionary", id="no-reading"),
        pytest.param([], "sensors: no reading has a value of any channel", id="none"),
        pytest.param(readings(MAX_READINGS + 1), "at most 1000 items", id="too-many"),
        pytest.param(readings()[::-1], r"sensors\.s1: readings must be in order of time.*number 1 ", id="backward"),
        pytest.param([*readings(), readings()[-1]], r"distinct; number 8 \(2026", id="twice"),
        pytest.param(readings(heat_c=None, smoke_pct=None), "sensors: no reading has a value", id="nothing-measured"),
        pytest.param(readings(2), "the last 60 s have readings in 2 of 6 steps of 10 s; at least 3 are", id="few"),
        pytest.param(readings(step_s=40), "have readings in 2 of 6 steps", id="sparse"),
    ],
)  # fmt: skip
def test_readings_that_cannot_be_judged(zones: ZoneDetector, rows: list[Any], says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        answer(zones, sensors={"s1": rows})


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (b"", "no JSON: Expecting value"),
        (b"[]", "the body: .*valid dictionary"),
        (b"{}", "windows: Field required"),
        (body(), "windows: .*at least 1 item"),
        (body(*[window()] * (MAX_WINDOWS + 1)), "windows: .*at most 64 items"),
        (body(window(zone_id="")), r"windows\.0\.zone_id: .*at least 1 character"),
        (body(window(site="x")), r"windows\.0\.site: this field is unknown; a window has zone_id, sensors, adjacent"),
        (body(window())[:-1] + b', "x": 1}', "x: this field is unknown; a request has windows"),
        (body(window(sensors={})), r"windows\.0\.sensors: .*at least 1 item"),
        (body(window(sensors={str(n): readings(1) for n in range(MAX_SENSORS + 1)})), "at most 64 items"),
        (body(window(adjacent={"hall": {"s": readings()}})), r"windows\.0\.adjacent: 'hall' is the zone itself"),
        (
            body(window(adjacent={"attic": {"s": readings(), "t": readings()[::-1]}})),
            r"windows\.0\.adjacent\.attic\.t: readings must be in order",
        ),
        (body(window(sensors={"s": []}, adjacent={"attic": {}})), "sensors: no reading has a value of any channel"),
        (body(window(), window(sensors={"s": [{}]})), r"windows\.1\.sensors\.s\.0\.timestamp"),
    ],
)
def test_bodies_that_are_no_requests(zones: ZoneDetector, sent: bytes, says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        zones.predict(sent, JSON)


def test_many_faults_and_long_names_are_told_in_short(zones: ZoneDetector) -> None:
    wrong = {f"s{number}": [{**readings()[0], "v" * 5000: 1, "w\n" * 5000: 1}] for number in range(9)}
    with pytest.raises(BadRequest, match=r"and \d+ more") as refused:
        answer(zones, sensors=wrong)
    assert len(str(refused.value)) < 1000
    assert str(refused.value).isprintable()


AMBIGUOUS = {
    b'{"a": 1, "a": 2}': "'a' stands twice",
    b'{"a": {"b": 1}, "a": {"b": 1}}': "'a' stands twice",
    b'{"a": 1, "\\u0061": 2}': "'a' stands twice",
    b"[1e999, -1e999]": "too large",
    b"[" + b"1" * 400 + b"]": "too large",
    b'["\\ud800"]': "surrogate",
    b"[NaN]": "NaN is no number",
    b"\xef\xbb\xbf[]": "BOM",
}


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_ambiguous_json_is_refused_by_the_quick_reader_too(text: bytes) -> None:
    with pytest.raises(NotJson, match=AMBIGUOUS[text]):
        strict_loads(text)


@pytest.mark.parametrize(
    "text", [b'{"a\\"b": ["\\u00e4", 1.5, -0, 1e5, null, true]}', '[["\xe4:"], {}, "漢"]'.encode()]
)
def test_json_is_read_as_the_standard_library_reads_it(text: bytes) -> None:
    assert strict_loads(text) == json.loads(text)
