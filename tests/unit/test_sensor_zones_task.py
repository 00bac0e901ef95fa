"""What the router makes of a question about zones, and of its answer."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from inference.contracts import Capture
from inference.contracts.strict_json import NotJson
from inference.contracts.tasks import task_of
from inference.contracts.tasks.base import Question
from tests.toys.zones import body, detector, readings, window
from tests.unit.router_harness import ALONE, CHALLENGED, RouterHarness

TASK = task_of("sensor_zones")
HOT = window(zone_id="attic", adjacent={}, sensors={"s9": readings(heat_c=95.0)})


def asked(sent: bytes, entity_id: str | None = None) -> Question:
    request = SimpleNamespace(id="r1", content_type="application/json", body=sent, entity_id=entity_id)
    return TASK.question(request, lambda uri: b"")


def test_the_model_gets_what_the_caller_wrote() -> None:
    sent = body(window(), HOT)
    assert asked(sent).body == sent
    assert asked(sent).summary == {"bytes": len(sent), "zones": ["hall", "attic"]}


def test_traffic_is_split_by_the_zone_unless_the_caller_says_otherwise() -> None:
    sent, named = body(window(), HOT), json.dumps({"windows": [window()], "entity_id": "site-1"}).encode()
    assert [asked(sent).entity_id, asked(named).entity_id, asked(named, "site-2").entity_id] == [
        "hall", "site-1", "site-2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (body(), "at least 1 item"),
        (body(window(zone_id="a\n")), "cannot be printed"),
        (body(window(sensors={"s\x00": readings()})), "cannot be printed"),
        (body(window(sensors={})), "at least 1 item"),
        (body(window(sensors={"s1": {}})), "valid list"),
        (body(window(adjacent={"attic": []})), "valid dictionary"),
        (body(window(site="x")), "Extra inputs"),
    ],
)
def test_what_is_no_question_is_refused_before_any_model_is_asked(sent: bytes, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        asked(sent)


def test_ambiguous_json_is_refused() -> None:
    with pytest.raises(NotJson, match="'windows' stands twice"):
        asked(body(window())[:-1] + b', "windows": []}')


@pytest.fixture
def answer(tmp_path: Path) -> dict[str, Any]:
    return detector(tmp_path).predict(body(window(), HOT), "application/json")


def test_a_batch_is_captured_one_by_one_and_its_features_kept_from_the_caller(
    router_harness: RouterHarness, answer: dict[str, Any]
) -> None:
    router_harness.open(ALONE, task="sensor_zones", r1=answer)
    status, told = router_harness.post_json({"windows": [window(), HOT]})
    assert status == 200
    assert [sorted(one["votes"]) for one in told["predictions"]] == [["hot", "smoky"]] * 2
    assert not any("features" in one for one in told["predictions"])
    captures = [Capture.model_validate_json(line) for line in router_harness.captures.lines]
    assert [(one.label, sorted(one.scores), one.features["heat_c:max"]) for one in captures] == [
        ("normal", ["fire", "normal"], 21.0), ("fire", ["fire", "normal"], 95.0),
    ]  # fmt: skip
    assert [one.input["zones"] for one in captures] == [["hall", "attic"]] * 2


@pytest.mark.parametrize(("label", "disagreements"), [("fire", 0), ("normal", 1)])
def test_releases_agree_where_they_decide_alike(
    router_harness: RouterHarness, answer: dict[str, Any], label: str, disagreements: int
) -> None:
    first, second = answer["predictions"]
    other = {"predictions": [{**first, "probability": 0.3}, {**second, "label": label}]}
    router_harness.open(CHALLENGED, task="sensor_zones", r1=answer, r2=other)
    router_harness.post_json({"windows": [window(), HOT]})
    assert router_harness.metrics()["r2", "Disagreements"] == disagreements


def test_golden_answers_are_compared_by_label_and_scores(answer: dict[str, Any]) -> None:
    first, second = answer["predictions"]
    near = {**second, "scores": {name: score + 0.01 for name, score in second["scores"].items()}, "votes": {}}
    far = {**second, "scores": {name: score + 0.03 for name, score in second["scores"].items()}}
    assert TASK.golden_fault(answer, {"predictions": [first, near]}, 0.02) == ""
    assert "a score is off by 0.03" in TASK.golden_fault(answer, {"predictions": [first, far]}, 0.02)
    assert "answered 1 items, expected 2" in TASK.golden_fault(answer, {"predictions": [first]}, 0.02)
    assert TASK.validate({"predictions": [first, {}]}) == TASK.validate({}) == "a label and scores are expected"
