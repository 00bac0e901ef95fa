"""Requests to an ensemble: what is answered, and what a caller is told who asked wrongly."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import urllib3

from inference.contracts.strict_json import NotJson, strict_loads
from inference.contracts.tasks import task_of
from inference.errors import BadRequest, PackageError
from inference.sensor_zones.features import feature_names, zone_features
from inference.sensor_zones.input import ZoneReader
from inference.sensor_zones.nodes import windows, zone_nodes
from inference.sensor_zones.predictor import ZoneDetector, load
from inference.sensor_zones.request import MAX_READINGS, MAX_SENSORS, MAX_WINDOWS
from tests.toys.zones import BEGINS, MANIFEST, SIGNALS, STEPS, body, detector, readings, window
from tests.unit.serving import served

JSON = "application/json"


@pytest.fixture(scope="module")
def zones(tmp_path_factory: pytest.TempPathFactory) -> ZoneDetector:
    return detector(tmp_path_factory.mktemp("package"))


def answer(zones: ZoneDetector, **changes: Any) -> dict[str, Any]:
    (found,) = zones.predict(body(window(**changes)), JSON)["predictions"]
    return found


def test_an_answer_has_every_vote(zones: ZoneDetector) -> None:
    burning = answer(zones, sensors={"s1": readings(heat_c=60.0, smoke_pct=30.0), "s2": readings()})
    assert burning.pop("features")["heat_c:max"] == 60.0
    assert burning == {
        "zone_id": "hall",
        "at": "2026-01-05T06:01:10Z",
        "label": "fire",
        "scores": {"normal": pytest.approx(0.55), "fire": pytest.approx(0.45)},
        "probability": pytest.approx(0.45),
        "tiers": {"networks": pytest.approx(0.3), "trees": pytest.approx(0.6), "ensemble": pytest.approx(0.45)},
        "votes": {"smoky": pytest.approx(0.3), "hot": pytest.approx(0.6)},
        "agreement": 0.5,  # at its own threshold, of 0.5, one member is on the ensemble's side
    }


def test_a_batch_is_answered_in_its_order(zones: ZoneDetector) -> None:
    hot = window(zone_id="attic", adjacent={}, sensors={"s9": readings(heat_c=95.0)})
    found = zones.predict(body(window(), hot, window()), JSON)["predictions"]
    assert [(one["zone_id"], one["label"]) for one in found] == [
        ("hall", "normal"), ("attic", "fire"), ("hall", "normal"),
    ]  # fmt: skip


def test_adjacent_zones_may_be_left_out_and_count_where_they_are_given(zones: ZoneDetector) -> None:
    alone = window()
    del alone["adjacent"]
    (found,) = zones.predict(body(alone), JSON)["predictions"]
    smoky = answer(zones, adjacent={"attic": {"s9": readings(smoke_pct=80.0)}})
    assert (found["votes"]["smoky"], smoky["votes"]["smoky"]) == (pytest.approx(0.005), pytest.approx(0.8))


def test_silent_sensors_and_zones_keep_their_places(zones: ZoneDetector) -> None:
    smoky = readings(smoke_pct=80.0)
    first = answer(zones, sensors={"s1": [], "s2": smoky, "s3": readings()}, adjacent={})
    beside = answer(zones, adjacent={"attic": {}, "cellar": {"c": smoky}})
    assert first["votes"]["smoky"] == pytest.approx(0.8)
    assert beside["votes"]["smoky"] == pytest.approx(0.005)  # one zone beside is looked at, and it says nothing


def test_sensors_and_zones_beyond_those_looked_at_are_left_out_by_name(zones: ZoneDetector) -> None:
    hot = readings(heat_c=300.0, smoke_pct=90.0)
    more = answer(
        zones,
        sensors={"s3": hot, "s2": readings(), "s1": readings()},
        adjacent={"cellar": {"c": hot}, "attic": {"a": readings()}},
    )
    assert more["probability"] == answer(zones)["probability"]


def test_what_is_not_measured_is_left_out_of_captures(zones: ZoneDetector) -> None:
    features = answer(zones, adjacent={}, sensors={"s1": readings(heat_c=1 / 3, smoke_pct=None)})["features"]
    assert features["heat_c:max"] == 0.333333
    assert {name for name in feature_names(SIGNALS) if name not in features} == {
        "heat_c:excess", *(name for name in feature_names(SIGNALS) if name.startswith("smoke"))
    }  # fmt: skip


def test_features_are_those_of_training() -> None:
    """Readings are lost, sensors begin late, a channel pauses: a request has what training had of the same window."""
    rng = np.random.default_rng(5)
    steps, columns = 200, [(0, 1), (2, 3), (4,)]
    panel = rng.normal(30, 9, (steps, 5, 2)).clip(0, 100).astype(np.float32)
    panel[rng.random(panel.shape) < 0.3] = np.nan
    panel[60:90, 4, 0] = np.nan
    panel[: STEPS + 3, 0] = panel[120:140, 2:4] = np.nan
    nodes = zone_nodes(panel, columns[0], columns[1:], SIGNALS)
    reader = ZoneReader(SIGNALS)
    compared = 0
    for end in range(SIGNALS.window_steps - 1, steps):
        if np.isnan(panel[end, :2]).all():
            continue  # nothing was read just then: a request ends earlier
        ends = np.array([end])
        (asked,) = reader.read(body(_asked_at(panel, end, columns)))
        assert asked.at.timestamp() == BEGINS.timestamp() + end * SIGNALS.step_s + 3
        np.testing.assert_array_equal(asked.window, windows(nodes, ends, SIGNALS))
        np.testing.assert_allclose(asked.features, zone_features(nodes, ends, SIGNALS), rtol=1e-4, atol=1e-3)
        compared += 1
    assert compared > 150


def _asked_at(panel: np.ndarray, end: int, columns: list[tuple[int, ...]]) -> dict[str, Any]:
    """What a caller sends at a step, each reading three seconds into it; what is missing is null or left out."""

    def sensor(column: int) -> list[dict[str, Any]]:
        found = []
        for step in range(max(0, end - STEPS + 1), end + 1):
            (one,) = readings(1, later_s=step * SIGNALS.step_s + 3)
            for name, value in zip(SIGNALS.names, panel[step, column].tolist(), strict=True):
                one[name] = None if np.isnan(value) else value
            if all(one[name] is None for name in SIGNALS.names) and step % 2:
                continue
            found.append({name: value for name, value in one.items() if value is not None or step % 3})
        return found

    zones = [{f"{zone}{column}": sensor(column) for column in own} for zone, own in zip("abc", columns, strict=True)]
    return {"zone_id": "a", "sensors": zones[0], "adjacent": {"b": zones[1], "c": zones[2]}}


def test_of_several_readings_in_a_step_the_latest_value_counts(zones: ZoneDetector) -> None:
    often = readings(2 * STEPS, step_s=5)
    often[-2] |= {"heat_c": 50.0}
    assert answer(zones, sensors={"s1": often})["features"]["heat_c:max"] == 21.0
    often[-1] |= {"heat_c": None}
    assert answer(zones, sensors={"s1": often})["features"]["heat_c:max"] == 50.0


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


def test_it_is_served_over_http(zones: ZoneDetector) -> None:
    with served(zones, MANIFEST) as port, urllib3.HTTPConnectionPool("127.0.0.1", port) as pool:
        told = [pool.request("POST", "/invocations", body=sent, headers={"Content-Type": JSON}) for sent in (
            body(window()), body(window(zone_id=5)),
        )]  # fmt: skip
    assert [one.status for one in told] == [200, 400]
    assert task_of("sensor_zones").validate(told[0].json()) == ""
    assert "windows.0.zone_id: " in told[1].json()["error"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"input": {"signals": 5}}, "an input contract this image does not know"),
        ({"thresholds": {}}, "a threshold for 'fire'"),
        ({"classes": ("fire", "normal")}, "must have the classes"),
    ],
)
def test_a_package_that_does_not_fit_is_refused(
    zones: ZoneDetector, tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(PackageError, match=says):
        load(tmp_path, MANIFEST.model_copy(update=changes))


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
