"""The router through its edge: bad requests, good ones, and challengers that misbehave."""

import base64
import copy
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from inference.contracts import Capture
from inference.contracts.limits import MAX_REQUEST_BYTES
from inference.contracts.tasks import task_of
from inference.contracts.tasks.base import Question
from lambdas.common.release_state import Release, ReleaseState
from lambdas.router import handler
from lambdas.router.deadline import MARGIN_S, Deadline
from lambdas.router.http import HttpError
from lambdas.router.models import RouterEnvironment, http_routes
from lambdas.router.outcome import Fault, FaultKind, Outcome
from lambdas.router.predict import Predictions
from lambdas.router.releases import KnownReleases

EVENT = json.loads((Path(__file__).parents[1] / "events" / "predict.json").read_text())
SLOW = 0.5
"""Seconds, above the patience of a tenth."""
CAT = {"label": "Cat", "confidence": 0.9, "scores": {"Cat": 0.9, "NoCat": 0.1}}
NO_CAT = {"label": "NoCat", "confidence": 0.8, "scores": {"Cat": 0.2, "NoCat": 0.8}}


def release(name: str) -> Release:
    return Release(
        release=name,
        endpoint=f"vigil-cats-{name}",
        model_package_arn=f"arn:aws:sagemaker:eu-central-1:123456789012:model-package/vigil-cats/{name[1]}",
        model_data_url="s3://artifacts/model.tar.gz",
        since="2026-11-20T17:00:14Z",
    )


ALONE = ReleaseState(domain="cats", champion=release("r1"))
TRIAL = ReleaseState(domain="cats", champion=release("r1"), challenger=release("r2"), percentage=100)
Reply = dict[str, Any] | FaultKind | float


class Endpoints:
    """Replies by release: an answer, a kind of fault, or seconds that it sleeps before it answers `Cat`."""

    def __init__(self, replies: dict[str, Reply]) -> None:
        self.replies = replies
        self.asked: list[str] = []

    def ask(self, one: Release, question: Question, deadline: Deadline) -> Outcome:
        self.asked.append(one.release)
        reply = self.replies[one.release]
        if isinstance(reply, FaultKind):
            return Outcome(one.release, None, Fault(reply, "the model's own words"), 1.0)
        if isinstance(reply, float):
            time.sleep(reply)
        return Outcome(one.release, reply if isinstance(reply, dict) else CAT, None, 1.0)


class Raw:
    def read(self, uri: str, deadline: Deadline) -> bytes:
        if "gone" in uri:
            raise HttpError(404, "no_such_object", f"There is no object {uri} that may be read.")
        return b"\xff\xd8" if "large" not in uri else bytes(MAX_REQUEST_BYTES + 1)


class Captures:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.broken = False

    def put(self, lines: str, deadline: Deadline) -> None:
        if self.broken:
            raise ClientError({"Error": {"Code": "ServiceUnavailableException"}}, "PutRecord")
        self.lines += lines.splitlines()


class Room:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, context: Any, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.context, self.capsys = monkeypatch, context, capsys
        self.captures = Captures()
        self.open(ALONE, r1=CAT, r2=CAT)

    def open(
        self, *states: ReleaseState, task: str = "image_classification", slow_ms: float = 1500, **replies: Reply
    ) -> None:
        """The router before these releases; it reads the states one after the other."""
        env = RouterEnvironment(
            domain="cats",
            task=task,
            releases_table="releases",
            captures_stream="captures",
            patience_ms=100,
            slow_ms=slow_ms,
        )
        left = list(states)
        self.endpoints = Endpoints(replies)
        known = KnownReleases(lambda _: left.pop(0) if len(left) > 1 else left[0])
        ask = self.endpoints
        router = Predictions(env, task_of(task), known, ask, ask, Raw(), self.captures, ThreadPoolExecutor(4))
        self.monkeypatch.setattr(handler, "environment", lambda: env)
        self.monkeypatch.setattr(handler, "predictions", lambda: router)

    def call(self, event: Any) -> tuple[int, dict[str, Any]]:
        response = handler.lambda_handler(event, self.context)
        return response["statusCode"], json.loads(response["body"])

    def predict(self, **changes: Any) -> tuple[int, dict[str, Any]]:
        event = copy.deepcopy(EVENT)
        event["headers"] |= changes.pop("headers", {})
        return self.call({**event, **changes})

    def post_json(self, body: Any) -> tuple[int, dict[str, Any]]:
        text = body if isinstance(body, str) else json.dumps(body)
        return self.predict(headers={"content-type": "application/json"}, body=text, isBase64Encoded=False)

    def metrics(self) -> dict[tuple[str, str], float]:
        """(release or `domain`, metric) -> sum, of what was emitted so far."""
        sums: dict[tuple[str, str], float] = {}
        for line in self.capsys.readouterr().out.splitlines():
            record = json.loads(line)
            if "_aws" not in record:
                continue
            for metric in record["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
                key = record.get("Release", "domain"), metric["Name"]
                sums[key] = sums.get(key, 0) + sum(record[metric["Name"]])
        return sums


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch, context: Any, capsys: pytest.CaptureFixture[str]) -> Room:
    return Room(monkeypatch, context, capsys)


@pytest.mark.parametrize("event", [None, [], "x", {}, {"requestContext": None}, {"requestContext": {"http": 5}}])
def test_what_is_no_http_request_is_refused(room: Room, event: Any) -> None:
    status, body = room.call(event)
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
def test_a_request_that_cannot_be_answered(room: Room, changes: dict[str, Any], status: int, says: str) -> None:
    found, body = room.predict(**changes)
    assert found == status
    assert says in body["error"]["message"]
    assert room.endpoints.asked == []


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
def test_a_reference_that_cannot_be_read(room: Room, body: Any, status: int, says: str) -> None:
    found, answer = room.post_json(body)
    assert (found, says in answer["error"]["message"]) == (status, True)


def test_a_document_with_a_thousand_faults_is_refused_in_short(room: Room) -> None:
    status, answer = room.post_json({f"unknown-{number}": 1 for number in range(1000)})
    assert (status, len(answer["error"]["message"]) <= 1000) == (422, True)


@pytest.mark.parametrize(
    ("body", "status"), [({}, 422), ({"windows": []}, 422), ({"windows": [{"module_id": "m", "readings": []}]}, 422)]
)
def test_windows_that_cannot_be_read(room: Room, body: Any, status: int) -> None:
    room.open(ALONE, task="tabular", r1=CAT)
    assert room.post_json(body)[0] == status


@pytest.mark.parametrize(
    ("fault", "status"),
    [(FaultKind.BAD_INPUT, 422), (FaultKind.THROTTLED, 429), (FaultKind.FAILED, 503), (FaultKind.MISSING, 503)],
)
def test_a_champion_that_cannot_answer_and_nobody_else(room: Room, fault: FaultKind, status: int) -> None:
    room.open(ALONE, r1=fault)
    found, body = room.predict()
    assert (found, "request_id" in body) == (status, True)
    assert room.captures.lines == []
    assert room.metrics()["domain", "Errors"] == float(status == 503)


def test_nothing_released_yet(room: Room) -> None:
    room.open(ReleaseState(domain="cats"))
    status, body = room.predict()
    assert (status, body["error"]["code"]) == (503, "no_release")


def test_an_unexpected_failure_shows_no_trace(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Endpoints, "ask", lambda *_: 1 / 0)
    status, body = room.predict()
    assert (status, body["error"]["code"]) == (500, "internal")
    assert "division" not in json.dumps(body)
    assert room.metrics()["domain", "Errors"] == 1


def test_a_prediction_is_answered_captured_and_counted(room: Room) -> None:
    status, body = room.predict()
    assert status == 200
    assert body == {**CAT, "release": "r1", "request_id": EVENT["requestContext"]["requestId"]}
    [capture] = map(Capture.model_validate_json, room.captures.lines)
    assert (capture.label, capture.release, capture.entity_id) == ("Cat", "r1", "camera-1")
    assert capture.input == {"bytes": 4, "content_type": "image/jpeg"}
    metrics = room.metrics()
    assert metrics["domain", "Requests"] == metrics["r1", "Requests"] == 1
    assert metrics["domain", "Errors"] == metrics["r1", "Errors"] == 0


def test_a_lost_capture_fails_nobody(room: Room) -> None:
    room.captures.broken = True
    assert room.predict()[0] == 200
    assert room.metrics()["domain", "CapturesLost"] == 1


def test_a_reference_is_answered(room: Room) -> None:
    status, _ = room.post_json({"s3": "s3://raw/cat.png", "entity_id": "camera-2"})
    assert status == 200
    capture = Capture.model_validate_json(room.captures.lines[0])
    assert capture.input == {"bytes": 2, "content_type": "image/png", "s3": "s3://raw/cat.png"}


def test_a_batch_of_windows_is_captured_one_by_one(room: Room) -> None:
    room.open(ALONE, task="tabular", r1={"predictions": [CAT, NO_CAT]})
    window = {"module_id": "m1", "readings": [{"voltage": 3.6}]}
    status, body = room.post_json({"windows": [window, window]})
    assert (status, len(body["predictions"])) == (200, 2)
    assert [Capture.model_validate_json(line).label for line in room.captures.lines] == ["Cat", "NoCat"]


def test_features_are_captured_and_kept_from_the_caller(room: Room) -> None:
    answers = [{**one, "features": {"voltage_v:now": volts}} for one, volts in ((CAT, 46.0), (NO_CAT, 47.5))]
    room.open(ALONE, task="tabular", r1={"predictions": answers})
    window = {"module_id": "m1", "readings": [{"voltage": 3.6}]}
    _, body = room.post_json({"windows": [window, window]})
    assert body["predictions"] == [CAT, NO_CAT]
    captures = [Capture.model_validate_json(line) for line in room.captures.lines]
    assert [capture.features for capture in captures] == [{"voltage_v:now": 46.0}, {"voltage_v:now": 47.5}]


def test_a_good_challenger_answers_and_is_compared(room: Room) -> None:
    room.open(TRIAL, r1=CAT, r2=NO_CAT)
    assert room.predict()[1]["release"] == "r2"
    capture = Capture.model_validate_json(room.captures.lines[0])
    assert (capture.label, capture.shadow_label, capture.fallback) == ("NoCat", "Cat", False)
    metrics = room.metrics()
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
def test_a_bad_challenger_costs_no_caller_an_answer(room: Room, reply: Reply, errors: int) -> None:
    room.open(TRIAL, r1=CAT, r2=reply)
    status, body = room.predict()
    assert (status, body["release"]) == (200, "r1")
    capture = Capture.model_validate_json(room.captures.lines[0])
    assert (capture.release, capture.fallback) == ("r1", True)
    metrics = room.metrics()
    assert (metrics["r2", "Errors"], metrics["r2", "Fallbacks"]) == (errors, 1)
    assert metrics["r2", "Timeouts"] == metrics["r2", "Slow"] == (reply == SLOW)
    assert (metrics["domain", "Errors"], metrics["domain", "Fallbacks"]) == (0, 1)


def test_a_slow_answer_is_counted_as_slow_and_as_nothing_else(room: Room) -> None:
    room.open(TRIAL, slow_ms=0.5, r1=CAT, r2=CAT)
    room.predict()
    metrics = room.metrics()
    assert (metrics["r2", "Slow"], metrics["r2", "Timeouts"], metrics["r2", "Errors"]) == (1, 0, 0)


def test_input_that_nobody_can_read_is_the_callers(room: Room) -> None:
    room.open(TRIAL, r1=FaultKind.BAD_INPUT, r2=FaultKind.BAD_INPUT)
    status, body = room.predict()
    assert (status, body["error"]["message"]) == (422, "the model's own words")
    metrics = room.metrics()
    assert (metrics["r1", "Errors"], metrics["r2", "Errors"], metrics["domain", "Errors"]) == (0, 0, 0)


@pytest.mark.parametrize("percentage", [1, 100])
def test_a_failing_champion_is_replaced_by_its_challenger(room: Room, percentage: int) -> None:
    room.open(TRIAL.model_copy(update={"percentage": percentage}), r1=FaultKind.FAILED, r2=CAT)
    assert room.predict()[1]["release"] == "r2"
    metrics = room.metrics()
    assert (metrics["r1", "Errors"], metrics["domain", "Errors"]) == (1, 0)


def test_a_champion_that_was_just_replaced_costs_no_caller_an_answer(room: Room) -> None:
    room.open(ALONE, ReleaseState(domain="cats", champion=release("r2")), r1=FaultKind.MISSING, r2=CAT)
    assert room.predict()[1]["release"] == "r2"


def test_what_serves_now(room: Room) -> None:
    room.open(TRIAL)
    event = copy.deepcopy(EVENT) | {"rawPath": "/v1/cats/model"}
    event["requestContext"]["http"]["method"] = "GET"
    assert room.call(event)[0] == 400  # it has a body
    status, body = room.call(event | {"body": None})
    assert (status, body["champion"]["release"], body["challenger"]["release"]) == (200, "r1", "r2")
    assert "endpoint" not in body["champion"]


def test_the_handler_answers_every_route_that_the_stack_makes() -> None:
    assert set(handler.ANSWERS) == set(http_routes("cats"))


@pytest.mark.parametrize("where", ["releases", "endpoint", "picture", "captures"])
def test_a_caller_is_answered_before_lambda_gives_up_whatever_hangs(room: Room, where: str) -> None:
    """Lambda's own timeout would be answered by API Gateway, and counted by nobody."""

    def hang(*_: Any) -> None:
        over.wait(60)  # whoever waits for it gets no prediction and is answered otherwise

    over = threading.Event()
    room.open(ALONE, r1=CAT)
    router = handler.predictions()
    parts = {
        "releases": (router.releases, "refresh"),
        "endpoint": (router.champion, "ask"),
        "picture": (router.raw, "read"),
        "captures": (router.captures, "put"),
    }
    room.monkeypatch.setattr(*parts[where], hang)
    room.context.remaining_ms = 1000 * MARGIN_S + 200
    status, body = room.post_json({"s3": "s3://raw/cat.jpg"})
    over.set()
    assert (status, body["error"]["code"]) == (503, "late")
    assert body["request_id"]
    metrics = room.metrics()
    assert metrics["domain", "Errors"] == 1
    assert metrics["domain", "Requests"] == (2 if where == "captures" else 1)  # it was answered, but for its capture


def traffic(room: Room, count: int, each: Callable[[int], dict[str, str]]) -> list[str]:
    return [room.predict(headers=each(number))[1]["release"] for number in range(count)]


def test_an_entity_always_meets_the_same_release_and_the_share_is_kept(room: Room) -> None:
    room.open(TRIAL.model_copy(update={"percentage": 20}), r1=CAT, r2=CAT)
    entities = traffic(room, 300, lambda number: {"x-entity-id": f"camera-{number}"})
    assert entities.count("r2") == pytest.approx(60, abs=25)
    assert len(set(traffic(room, 20, lambda _: {"x-entity-id": "camera-7"}))) == 1
