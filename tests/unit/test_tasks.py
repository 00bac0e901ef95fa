"""What differs between tasks stands in the task alone: one from outside goes all the way, an unknown one nowhere."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from inference.contracts import Capture
from inference.contracts.tasks import TASKS, UnknownTaskError, task_of
from inference.predictor import open_predictor
from lambdas.endpoint_release.replay import GoldenError, parse_golden, replay
from lambdas.model_gate.logic import refuse
from lambdas.model_gate.models import GateSpec, ModelGateEvent, ModelGateVariables, Requirement
from lambdas.model_gate.package import model_package
from tests.unit.boxes_task import BoxesTask, boxes
from tests.unit.router_harness import ALONE, CHALLENGED, RouterHarness
from tests.unit.serving import MANIFEST
from training_containers.packaging import golden_request

DEER, TWO = [0.1, 0.1, 0.4, 0.5], [[0.1, 0.1, 0.4, 0.5], [0.6, 0.6, 0.9, 0.9]]


@pytest.fixture
def boxes_task(monkeypatch: pytest.MonkeyPatch) -> BoxesTask:
    task = BoxesTask()
    monkeypatch.setitem(TASKS, task.name, task)
    return task


def post(router_harness: RouterHarness, body: bytes = b"a picture") -> tuple[int, dict[str, Any]]:
    return router_harness.predict(headers={"content-type": "image/webp"}, body=base64.b64encode(body).decode())


def test_an_unknown_task_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownTaskError, match=r"no task 'boxes'; there are .*, sensor_zones, tabular\."):
        task_of("boxes")


def test_a_function_does_not_start_with_an_unknown_task(router_harness: RouterHarness) -> None:
    with pytest.raises(ValueError, match="there are image_classification, object_detection"):
        router_harness.open(ALONE, task="boxes")


def test_an_answer_without_a_label_is_answered_and_captured(
    boxes_task: BoxesTask, router_harness: RouterHarness
) -> None:
    router_harness.open(ALONE, task="boxes", r1=boxes(DEER))
    status, body = post(router_harness)
    assert (status, body["boxes"], "sureness" in body) == (200, [DEER], False)
    (capture,) = map(Capture.model_validate_json, router_harness.captures.lines)
    assert (capture.label, capture.shadow_label, capture.scores, capture.features, capture.input) == (
        None, None, {"surest": 0.9}, {"light": 0.5}, {"bytes": 9},
    )  # fmt: skip


def test_the_task_says_what_the_router_accepts(boxes_task: BoxesTask, router_harness: RouterHarness) -> None:
    router_harness.open(ALONE, task="boxes", r1=boxes(DEER))
    status, body = router_harness.predict()  # image/jpeg
    assert (status, body["error"]["message"]) == (415, "The content type is 'image/jpeg'; one of image/webp.")


@pytest.mark.parametrize(("champion", "disagreements"), [(boxes(DEER), 0), (boxes(*TWO), 1)])
def test_the_task_says_whether_champion_and_challenger_agree(
    boxes_task: BoxesTask, router_harness: RouterHarness, champion: dict[str, Any], disagreements: int
) -> None:
    router_harness.open(CHALLENGED, task="boxes", r1=champion, r2=boxes([0.2, 0.1, 0.4, 0.5]))
    assert post(router_harness)[1]["release"] == "r2"
    metrics = router_harness.metrics()
    assert (metrics["r2", "Compared"], metrics["r2", "Disagreements"]) == (1, disagreements)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (boxes([0.1, 0.1, 0.4, 0.51]), ""),
        (boxes(*TWO), "found 2 boxes, expected 1"),
        (boxes([0.1, 0.1, 0.4, 0.9]), "a box is off by 0.4"),
        ({"label": "Deer", "scores": {}}, "boxes are expected"),
    ],
)
def test_the_task_compares_golden_answers(boxes_task: BoxesTask, answer: dict[str, Any], says: str) -> None:
    line = golden_request(b"a picture", "image/webp", boxes(DEER), tolerance=0.02).model_dump_json().encode()
    told = replay(boxes_task, parse_golden(boxes_task, line), lambda _: json.dumps(answer).encode())
    assert says in told
    assert bool(told) == bool(says)


def test_a_golden_answer_of_another_task_cannot_be_replayed(boxes_task: BoxesTask) -> None:
    line = golden_request(b"", "image/webp", {"label": "Deer", "scores": {"Deer": 1.0}}).model_dump_json().encode()
    with pytest.raises(GoldenError, match="golden request 0 cannot be compared: boxes are expected"):
        parse_golden(boxes_task, line)


def test_a_package_of_the_task_is_opened_and_registered(boxes_task: BoxesTask, tmp_path: Path) -> None:
    predictor = open_predictor(tmp_path, MANIFEST.model_copy(update={"task": "boxes"}))
    assert boxes_task.validate(predictor.predict(b"\x01\x02", "image/webp")) == ""
    environment = ModelGateVariables(
        domain="deer",
        task="boxes",
        artifacts_bucket="artifacts",
        package_group="vigil-deer",
        releases_table="releases",
        approval="automatic",
        serving_image_uri="image",
        gate=GateSpec(requirements=(Requirement(metric="any", at_least=0),)),
    )
    event = ModelGateEvent(run="vigil-deer-0", dataset={"version": "v"}, model_data_url="s3://a/model.tar.gz")
    registered = model_package(event, environment, refuse("no reason"), "s3://a/b")["InferenceSpecification"]
    assert registered["SupportedContentTypes"] == ["image/webp"]
