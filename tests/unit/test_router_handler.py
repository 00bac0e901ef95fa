"""The router through its edge: bad requests, good ones, and challengers that misbehave."""

import base64
import copy
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from inference.contracts import Capture
from inference.contracts.limits import MAX_REQUEST_BYTES
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
    SLOW,
    Endpoints,
    Reply,
    RouterHarness,
    release,
)


@pytest.mark.parametrize("event", [None, [], "x", {}, {"requestContext": None}, {"requestContext": {"http": 5}}])
def test_what_is_no_http_request_is_refused(router_harness: RouterHarness, event: Any) -> None:
    status, body = router_harness.call(event)
    assert (status, body["error"]["code"]) == (400, "bad_request")
    assert body["request_id"]


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"body": ""}, 400, "body is empty"),
        ({"body": None}, 400, "body is empty"),
        ({"body": "no base64!"}, 400, "is base64, but it is not"),
        ({"headers": {"content-type": "text/plain"}}, 415, "one of image/jpeg, image/png"),
        ({"headers": {"content-type": ""}}, 415, "content type is ''"),
        ({"headers": {"x-entity-id": "x" * 257}}, 400, "1 to 256 printable characters"),
        ({"rawPath": "/v1/dogs/predict"}, 404, "there are /v1/cats/predict, /v1/cats/model"),
        ({"rawPath": "/v1/cats/model"}, 405, "takes GET"),
        ({"body": base64.b64encode(bytes(MAX_REQUEST_BYTES + 1)).decode()}, 413, "4194305 bytes; at most 4194304"),
    ],
)
def test_a_request_that_cannot_be_answered(
    router_harness: RouterHarness, changes: dict[str, Any], status: int, says: str
) -> None:
    found, body = router_harness.predict(**changes)
    assert found == status
    assert says in body["error"]["message"]
    assert router_harness.endpoints.asked == []


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ("{", 400, "no JSON"),
        ("[" * 100_000, 400, "no JSON"),
        ([], 422, "not a S3Reference"),
        ({"s3": "http://example.com/cat.jpg"}, 422, "s3"),
        ({"s3": "s3://raw/cat.jpg", "extra": 1}, 422, "extra"),
        ({"s3": "s3://raw/gone.jpg"}, 404, "no object s3://raw/gone.jpg"),
        ({"s3": "s3://raw/large.jpg"}, 413, "at most"),
    ],
)
def test_a_reference_that_cannot_be_read(router_harness: RouterHarness, body: Any, status: int, says: str) -> None:
    found, answer = router_harness.post_json(body)
    assert (found, says in answer["error"]["message"]) == (status, True)


def test_a_document_with_a_thousand_faults_is_refused_in_short(router_harness: RouterHarness) -> None:
    status, answer = router_harness.post_json({f"unknown-{number}": 1 for number in range(1000)})
    assert (status, len(answer["error"]["message"]) <= 1000) == (422, True)


@pytest.mark.parametrize(
    ("body", "status"), [({}, 422), ({"windows": []}, 422), ({"windows": [{"module_id": "m", "readings": []}]}, 422)]
)
def test_windows_that_cannot_be_read(router_harness: RouterHarness, body: Any, status: int) -> None:
    router_harness.open(ALONE, task="tabular", r1=CAT)
    assert router_harness.post_json(body)[0] == status


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


def test_a_good_challenger_answers_and_is_compared(router_harness: RouterHarness) -> None:
    router_harness.open(CHALLENGED, r1=CAT, r2=NO_CAT)
    assert router_harness.predict()[1]["release"] == "r2"
    capture = Capture.model_validate_json(router_harness.captures.lines[0])
    assert (capture.label, capture.shadow_label, capture.fallback) == ("NoCat", "Cat", False)
    metrics = router_harness.metrics()
    assert (metrics["r2", "Compared"], metrics["r2", "Disagreements"], metrics["r2", "Fallbacks"]) == (1, 1, 0)
    assert metrics["domain", "Requests"] == 1


@pytest.mark.parametrize(
    ("reply", "errors"),
    [
        (FaultKind.FAILED, 1),
        (FaultKind.MISSING, 1),
        (FaultKind.BAD_INPUT, 1),
        (FaultKind.THROTTLED, 0),
        (SLOW, 0),
    ],
)
def test_a_bad_challenger_costs_no_caller_an_answer(router_harness: RouterHarness, reply: Reply, errors: int) -> None:
    router_harness.open(CHALLENGED, r1=CAT, r2=reply)
    status, body = router_harness.predict()
    assert (status, body["release"]) == (200, "r1")
    capture = Capture.model_validate_json(router_harness.captures.lines[0])
    assert (capture.release, capture.fallback) == ("r1", True)
    metrics = router_harness.metrics()
    assert (metrics["r2", "Errors"], metrics["r2", "Fallbacks"]) == (errors, 1)
    assert metrics["r2", "Timeouts"] == metrics["r2", "Slow"] == (reply == SLOW)
    assert (metrics["domain", "Errors"], metrics["domain", "Fallbacks"]) == (0, 1)


def test_a_slow_answer_is_counted_as_slow_and_as_nothing_else(router_harness: RouterHarness) -> None:
    router_harness.open(CHALLENGED, slow_ms=0.5, r1=CAT, r2=CAT)
    router_harness.predict()
    metrics = router_harness.metrics()
    assert (metrics["r2", "Slow"], metrics["r2", "Timeouts"], metrics["r2", "Errors"]) == (1, 0, 0)


def test_input_that_nobody_can_read_is_the_callers(router_harness: RouterHarness) -> None:
    router_harness.open(CHALLENGED, r1=FaultKind.BAD_INPUT, r2=FaultKind.BAD_INPUT)
    status, body = router_harness.predict()
    assert (status, body["error"]["message"]) == (422, "the model's own words")
    metrics = router_harness.metrics()
    assert (metrics["r1", "Errors"], metrics["r2", "Errors"], metrics["domain", "Errors"]) == (0, 0, 0)


@pytest.mark.parametrize("percentage", [1, 100])
def test_a_failing_champion_is_replaced_by_its_challenger(router_harness: RouterHarness, percentage: int) -> None:
    router_harness.open(CHALLENGED.model_copy(update={"percentage": percentage}), r1=FaultKind.FAILED, r2=CAT)
    assert router_harness.predict()[1]["release"] == "r2"
    metrics = router_harness.metrics()
    assert (metrics["r1", "Errors"], metrics["domain", "Errors"]) == (1, 0)


@pytest.mark.parametrize("fault", [FaultKind.MISSING, FaultKind.FAILED], ids=["was deleted", "is being deleted"])
def test_a_champion_that_was_just_replaced_costs_no_caller_an_answer(
    router_harness: RouterHarness, fault: FaultKind
) -> None:
    router_harness.open(ALONE, ReleaseState(domain="cats", champion=release("r2")), r1=fault, r2=CAT)
    assert router_harness.predict()[1]["release"] == "r2"


def test_a_champion_that_fails_and_was_not_replaced_is_asked_no_second_time(router_harness: RouterHarness) -> None:
    router_harness.open(ALONE, r1=FaultKind.FAILED)
    assert router_harness.predict()[0] == 503
    assert router_harness.endpoints.asked == ["r1"]


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


def traffic(router_harness: RouterHarness, count: int, each: Callable[[int], dict[str, str]]) -> list[str]:
    return [router_harness.predict(headers=each(number))[1]["release"] for number in range(count)]


def test_an_entity_always_meets_the_same_release_and_the_share_is_kept(router_harness: RouterHarness) -> None:
    router_harness.open(CHALLENGED.model_copy(update={"percentage": 20}), r1=CAT, r2=CAT)
    entities = traffic(router_harness, 300, lambda number: {"x-entity-id": f"camera-{number}"})
    assert entities.count("r2") == pytest.approx(60, abs=25)
    assert len(set(traffic(router_harness, 20, lambda _: {"x-entity-id": "camera-7"}))) == 1
