"""10,000 malformed requests to each route, through the router and the real model code: none breaks it, none passes."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import onnxruntime
import pytest
from botocore.exceptions import ClientError

from inference.contracts.tasks import task_of
from inference.contracts.tasks.base import Question
from inference.errors import BadRequest
from inference.image_classification.predictor import ImageClassifier
from inference.predictor import Predictor
from lambdas.common.release_state import Release, ReleaseState
from lambdas.router import handler
from lambdas.router.clients import RawBuckets
from lambdas.router.deadline import Deadline
from lambdas.router.models import RouterVariables
from lambdas.router.outcome import Fault, FaultKind, Outcome
from lambdas.router.predict import Router
from lambdas.router.release_state_cache import ReleaseStateCache
from tests.integration.loop.graphs import CLASSES, CONTRACT, brightness_graph
from tests.malformed import (
    REFUSALS,
    Maker,
    Malformed,
    draw,
    model_requests,
    picture_requests,
    window_requests,
    zone_requests,
)
from tests.malformed.pictures import PNG
from tests.malformed.windows import window
from tests.toys import zones as toy_zones
from tests.unit.test_tabular_serving import detector as detector

COUNT = 10_000
RELEASE = Release(
    release="r1", address="vigil-cats-r1", model_package_arn="arn", model_data_url="", since="2026-11-20T17:00:14Z"
)


class Endpoint:
    """The serving process's own code, without its process."""

    def __init__(self, predictor: Predictor) -> None:
        self.predictor = predictor

    def ask(self, release: Release, question: Question, deadline: Deadline) -> Outcome:
        try:
            return Outcome(release.release, self.predictor.predict(question.body, question.content_type), None, 1.0)
        except BadRequest as error:
            return Outcome(release.release, None, Fault(FaultKind.BAD_INPUT, str(error)), 1.0)


def nothing_there(**_: Any) -> None:
    raise ClientError({"Error": {"Code": "NoSuchKey"}, "ResponseMetadata": {"HTTPStatusCode": 404}}, "GetObject")


@pytest.fixture
def router(monkeypatch: pytest.MonkeyPatch, context: Any, aws: None) -> Callable[[str, Predictor], Callable[..., Any]]:
    """Puts a router before a predictor; calls it with an event."""

    def put(task: str, predictor: Predictor) -> Callable[..., Any]:
        env = RouterVariables(domain="cats", task=task, pinned_endpoint="pinned", captures_stream="captures")
        endpoint = Endpoint(predictor)
        raw = RawBuckets(("raw",))
        raw._s3 = SimpleNamespace(get_object=nothing_there)
        known = ReleaseStateCache(lambda _: ReleaseState(domain="cats", champion=RELEASE))
        captures = SimpleNamespace(put=lambda lines, deadline: None)
        made = Router(env, task_of(task), known, endpoint, endpoint, raw, captures, ThreadPoolExecutor(1))
        monkeypatch.setattr(handler, "variables", lambda: env)
        monkeypatch.setattr(handler, "router", lambda: made)
        monkeypatch.setattr("lambdas.router.predict.emit", lambda *_: None)
        monkeypatch.setattr("lambdas.router.predict.logger", SimpleNamespace(warning=lambda *_, **__: None))
        return lambda event: handler.lambda_handler(event, context)

    return put


@pytest.fixture(scope="module")
def classifier() -> ImageClassifier:
    graph = onnxruntime.InferenceSession(brightness_graph().SerializeToString())
    return ImageClassifier(graph, CLASSES, CONTRACT)


def wrong(answer: dict[str, Any]) -> str:
    """What is wrong with an answer to a malformed request, or an empty text."""
    body = json.loads(answer["body"])
    if answer["statusCode"] not in REFUSALS:
        return f"{answer['statusCode']}: {answer['body'][:150]}"
    if body.keys() != {"error", "request_id"} or body["error"].keys() != {"code", "message"}:
        return f"not as documented: {answer['body'][:150]}"
    if len(body["error"]["message"]) > 1000 or "Traceback" in body["error"]["message"]:
        return "the message is no sentence for a caller"
    return ""


def faults(call: Callable[..., Any], route: str, makers: dict[str, Maker]) -> Counter[tuple[str, str]]:
    """(kind, what is wrong) -> how often."""
    found: Counter[tuple[str, str]] = Counter()
    for request in draw(makers, COUNT, seed=8):
        if fault := wrong(call(request.event(route))):
            found[request.kind, fault] += 1
    return found


def test_pictures(router: Any, classifier: ImageClassifier) -> None:
    call = router("image_classification", classifier)
    assert call(Malformed(PNG, "image/png").event("POST /v1/cats/predict"))["statusCode"] == 200
    assert faults(call, "POST /v1/cats/predict", picture_requests("raw")) == {}


def test_windows(router: Any, detector: Predictor) -> None:
    call = router("tabular", detector)
    good = json.dumps({"windows": [window()]}).encode()
    assert call(Malformed(good, "application/json").event("POST /v1/cats/predict"))["statusCode"] == 200
    assert faults(call, "POST /v1/cats/predict", window_requests()) == {}


def test_zones(router: Any, tmp_path: Path) -> None:
    call = router("sensor_zones", toy_zones.detector(tmp_path))
    good = toy_zones.body(toy_zones.window())
    assert call(Malformed(good, "application/json").event("POST /v1/cats/predict"))["statusCode"] == 200
    assert faults(call, "POST /v1/cats/predict", zone_requests()) == {}


def test_the_model_route(router: Any, classifier: ImageClassifier) -> None:
    call = router("image_classification", classifier)
    assert call(Malformed().event("GET /v1/cats/model"))["statusCode"] == 200
    assert faults(call, "GET /v1/cats/model", model_requests()) == {}
