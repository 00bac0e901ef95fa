"""Requests to an ensemble and their answers: votes, silent sensors, features as in training."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import urllib3

from inference.contracts.tasks import task_of
from inference.errors import PackageError
from inference.sensor_zones.features import feature_names, zone_features
from inference.sensor_zones.input import ZoneReader
from inference.sensor_zones.nodes import windows, zone_nodes
from inference.sensor_zones.predictor import ZoneDetector, load
from tests.toys.zones import BEGINS, MANIFEST, SIGNALS, STEPS, body, readings, window
from tests.unit.serving import served
from tests.unit.zone_answers import JSON, answer
from tests.unit.zone_answers import zones as zones


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
