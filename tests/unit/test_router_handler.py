"""The router through its edge: what is answered, captured and counted, and in which time."""

import copy
import json
import threading
from typing import Any

import pytest

from inference.contracts import Capture
from lambdas.common.release_state import ReleaseState
from lambdas.router import handler
from lambdas.router.deadline import MARGIN_S
from lambdas.router.models import http_routes
from lambdas.router.outcome import FaultKind
from tests.unit.router_harness import (
    ALONE,
    CAT,
    CHALLENGED,
    EVENT,
    NO_CAT,
    Endpoints,
    RouterHarness,
)


@pytest.mark.parametrize(
    ("fault", "status"),
    [(FaultKind.BAD_INPUT, 422), (FaultKind.THROTTLED, 429), (FaultKind.FAILED, 503), (FaultKind.MISSING, 503)],
)
def test_a_champion_that_cannot_answer_and_nobody_else(
    router_harness: RouterHarness, fault: FaultKind, status: int
) -> None:
    router_harness.open(ALONE, r1=fault)
    found, body = router_harness.predict()
    assert (found, "request_id" in body) == (status, True)
    assert router_harness.captures.lines == []
    assert router_harness.metrics()["domain", "Errors"] == float(status == 503)


def test_nothing_released_yet(router_harness: RouterHarness) -> None:
    router_harness.open(ReleaseState(domain="cats"))
    status, body = router_harness.predict()
    assert (status, body["error"]["code"]) == (503, "no_release")


def test_an_unexpected_failure_shows_no_trace(router_harness: RouterHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Endpoints, "ask", lambda *_: 1 / 0)
    status, body = router_harness.predict()
    assert (status, body["error"]["code"]) == (500, "internal")
    assert "division" not in json.dumps(body)
    assert router_harness.metrics()["domain", "Errors"] == 1


def test_a_prediction_is_answered_captured_and_counted(router_harness: RouterHarness) -> None:
    status, body = router_harness.predict()
    assert status == 200
    assert body == {**CAT, "release": "r1", "request_id": EVENT["requestContext"]["requestId"]}
    [capture] = map(Capture.model_validate_json, router_harness.captures.lines)
    assert (capture.label, capture.release, capture.entity_id) == ("Cat", "r1", "camera-1")
    assert capture.input == {"bytes": 4, "content_type": "image/jpeg"}
    metrics = router_harness.metrics()
    assert metrics["domain", "Requests"] == metrics["r1", "Requests"] == 1
    assert metrics["domain", "Errors"] == metrics["r1", "Errors"] == 0


def test_a_lost_capture_fails_nobody(router_harness: RouterHarness) -> None:
    router_harness.captures.broken = True
    assert router_harness.predict()[0] == 200
    assert router_harness.metrics()["domain", "CapturesLost"] == 1


def test_a_reference_is_answered(router_harness: RouterHarness) -> None:
    status, _ = router_harness.post_json({"s3": "s3://raw/cat.png", "entity_id": "camera-2"})
    assert status == 200
    capture = Capture.model_validate_json(router_harness.captures.lines[0])
    assert capture.input == {"bytes": 2, "content_type": "image/png", "s3": "s3://raw/cat.png"}


def test_a_batch_of_windows_is_captured_one_by_one(router_harness: RouterHarness) -> None:
    router_harness.open(ALONE, task="tabular", r1={"predictions": [CAT, NO_CAT]})
    window = {"module_id": "m1", "readings": [{"voltage": 3.6}]}
    status, body = router_harness.post_json({"windows": [window, window]})
    assert (status, len(body["predictions"])) == (200, 2)
    assert [Capture.model_validate_json(line).label for line in router_harness.captures.lines] == ["Cat", "NoCat"]


def test_features_are_captured_and_kept_from_the_caller(router_harness: RouterHarness) -> None:
    answers = [{**one, "features": {"voltage_v:now": volts}} for one, volts in ((CAT, 46.0), (NO_CAT, 47.5))]
    router_harness.open(ALONE, task="tabular", r1={"predictions": answers})
    window = {"module_id": "m1", "readings": [{"voltage": 3.6}]}
    _, body = router_harness.post_json({"windows": [window, window]})
    assert body["predictions"] == [CAT, NO_CAT]
    captures = [Capture.model_validate_json(line) for line in router_harness.captures.lines]
    assert [capture.features for capture in captures] == [{"voltage_v:now": 46.0}, {"voltage_v:now": 47.5}]


def test_a_slow_answer_is_counted_as_slow_and_as_nothing_else(router_harness: RouterHarness) -> None:
    router_harness.open(CHALLENGED, slow_ms=0.5, r1=CAT, r2=CAT)
    router_harness.predict()
    metrics = router_harness.metrics()
    assert (metrics["r2", "Slow"], metrics["r2", "Timeouts"], metrics["r2", "Errors"]) == (1, 0, 0)


def test_what_serves_now(router_harness: RouterHarness) -> None:
    router_harness.open(CHALLENGED)
    event = copy.deepcopy(EVENT) | {"rawPath": "/v1/cats/model"}
    event["requestContext"]["http"]["method"] = "GET"
    assert router_harness.call(event)[0] == 400  # it has a body
    status, body = router_harness.call(event | {"body": None})
    assert (status, body["champion"]["release"], body["challenger"]["release"]) == (200, "r1", "r2")
    assert "address" not in body["champion"]


def test_the_handler_answers_every_route_that_the_stack_makes() -> None:
    assert set(handler.OPERATIONS) == set(http_routes("cats", labels=True))


@pytest.mark.parametrize("where", ["releases", "endpoint", "picture", "captures"])
def test_a_caller_is_answered_before_lambda_gives_up_whatever_hangs(router_harness: RouterHarness, where: str) -> None:
    """Lambda's own timeout would be answered by API Gateway, and counted by nobody."""

    def hang(*_: Any) -> None:
        over.wait(60)  # whoever waits for it gets no prediction and is answered otherwise

    over = threading.Event()
    router_harness.open(ALONE, r1=CAT)
    router = handler.router()
    parts = {
        "releases": (router.releases, "refresh"),
        "endpoint": (router.champion, "ask"),
        "picture": (router.raw, "read"),
        "captures": (router.captures, "put"),
    }
    router_harness.monkeypatch.setattr(*parts[where], hang)
    router_harness.context.remaining_ms = 1000 * MARGIN_S + 200
    status, body = router_harness.post_json({"s3": "s3://raw/cat.jpg"})
    over.set()
    assert (status, body["error"]["code"]) == (503, "late")
    assert body["request_id"]
    metrics = router_harness.metrics()
    assert metrics["domain", "Errors"] == 1
    assert metrics["domain", "Requests"] == (2 if where == "captures" else 1)  # it was answered, but for its capture
