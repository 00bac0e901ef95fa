"""Pictures of answered predictions on their way to the review stage, failures first."""

import json
import time
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from inference.contracts.incoming import Incoming
from inference.contracts.reviews import detection_id
from inference.contracts.tasks import task_of
from lambdas.common.incoming import unpack
from lambdas.router import detections, handler
from lambdas.router.detections import Detections, is_wanted
from lambdas.router.models import DetectionsSpec, RouterVariables
from lambdas.router.outcome import FaultKind
from tests.unit.router_harness import ALONE, CHALLENGED, EVENT, RouterHarness

ALL = DetectionsSpec(function="vigil-cats-review", bucket="artifacts", share=1, uncertain_above=1)
ID = detection_id("cats", EVENT["requestContext"]["requestId"])
FOR_EVER_S = 60
SURE = {"label": "Cat", "confidence": 0.99, "scores": {"Cat": 0.99, "NoCat": 0.01}}


class Lambda:
    """Invocations, kept; `fault` is raised instead."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.fault: Exception | None = None
        self.waits_for = Event()
        self.waits_for.set()

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: str) -> None:  # noqa: N803 - boto3's
        assert (FunctionName, InvocationType) == ("vigil-cats-review", "Event")
        self.waits_for.wait(FOR_EVER_S)
        if self.fault is not None:
            raise self.fault
        self.events.append(json.loads(Payload))


class Reviewed:
    def __init__(self, router: RouterHarness) -> None:
        self.router, self.client, self.s3 = router, Lambda(), boto3.client("s3")
        self.s3.create_bucket(Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        self.open()

    def open(self, spec: DetectionsSpec = ALL, state: Any = ALONE, **replies: Any) -> None:
        self.router.open(state, **({"r1": SURE, "r2": SURE} | replies))
        env = handler.variables()
        assert isinstance(env, RouterVariables)
        made = Detections(env, task_of(env.task), spec, ThreadPoolExecutor(2))
        self.router.monkeypatch.setattr(made, "_lambda", self.client)
        self.detections = made
        router = handler.router()._replace(detections=made)
        self.router.monkeypatch.setattr(handler, "router", lambda: router)

    def keys(self) -> list[str]:
        return [entry["Key"] for entry in self.s3.list_objects_v2(Bucket="artifacts").get("Contents", [])]

    def handed_over(self) -> tuple[Incoming, bytes]:
        (key,) = self.keys()
        return unpack(self.s3.get_object(Bucket="artifacts", Key=key)["Body"].read())

    def lost(self) -> float:
        return self.router.metrics().get(("domain", "DetectionsLost"), 0)


@pytest.fixture
def reviewed(aws: None, router_harness: RouterHarness) -> Reviewed:
    return Reviewed(router_harness)


@pytest.mark.parametrize(
    "fault",
    [ClientError({"Error": {"Code": "AccessDeniedException"}}, "Invoke"), ReadTimeoutError(endpoint_url="lambda")],
)
def test_a_review_stage_that_is_not_told_loses_no_prediction_and_no_detection(
    reviewed: Reviewed, fault: Exception
) -> None:
    reviewed.client.fault = fault
    status, answer = reviewed.router.predict()
    assert (status, answer["label"]) == (200, "Cat")
    assert (reviewed.keys(), reviewed.lost()) == ([f"detections/cats/incoming/{ID}"], 0)
    assert len(reviewed.router.captures.lines) == 1


def test_a_bucket_that_is_gone_loses_a_detection_and_invokes_nothing(reviewed: Reviewed) -> None:
    reviewed.open(ALL.model_copy(update={"bucket": "gone"}))
    assert reviewed.router.predict()[0] == 200
    assert reviewed.lost() == 1
    assert reviewed.client.events == []


def test_a_bucket_that_does_not_answer_once_loses_nothing(reviewed: Reviewed, monkeypatch: pytest.MonkeyPatch) -> None:
    put, silent = reviewed.detections._s3.put_object, [ReadTimeoutError(endpoint_url="s3")]

    def put_object(**asked: Any) -> Any:
        if silent:
            raise silent.pop()
        return put(**asked)

    monkeypatch.setattr(reviewed.detections._s3, "put_object", put_object)
    assert reviewed.router.predict()[0] == 200
    assert (len(reviewed.client.events), reviewed.lost()) == (1, 0)


def test_two_time_outs_fit_into_the_budget() -> None:
    """The longest pause before the second attempt is 0.2 s."""
    attempt = detections._CONNECT_S + detections._QUICK_S
    assert detections._QUICK_S + 0.2 + attempt <= detections.BUDGET_S


@pytest.fixture
def never() -> Iterator[Event]:
    """What a call waits for that does not come back before the test is over."""
    event = Event()
    yield event
    event.set()


def test_an_answer_waits_for_its_detection_no_longer_than_the_budget(
    reviewed: Reviewed, never: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detections, "BUDGET_S", 0.2)
    monkeypatch.setattr(detections, "_CONNECT_S", 0.01)
    monkeypatch.setattr(detections, "_QUICK_S", 0.01)
    monkeypatch.setattr(reviewed.detections._s3, "put_object", lambda **_: never.wait(FOR_EVER_S))
    started = time.monotonic()
    assert reviewed.router.predict()[0] == 200
    assert time.monotonic() - started < FOR_EVER_S / 2
    assert reviewed.lost() == 1


def test_an_answer_that_did_not_wait_for_the_review_stage_has_lost_nothing(
    reviewed: Reviewed, never: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detections, "BUDGET_S", 1.5)  # enough for the picture on a busy machine
    monkeypatch.setattr(detections, "_CONNECT_S", 0.01)
    monkeypatch.setattr(detections, "_QUICK_S", 0.01)
    reviewed.client.waits_for = never
    started = time.monotonic()
    assert reviewed.router.predict()[0] == 200
    assert time.monotonic() - started < FOR_EVER_S / 2
    assert (len(reviewed.keys()), reviewed.lost()) == (1, 0)


def test_what_was_not_answered_is_not_reviewed(reviewed: Reviewed) -> None:
    reviewed.open(r1=FaultKind.BAD_INPUT)
    assert reviewed.router.predict()[0] == 422
    assert (reviewed.keys(), reviewed.client.events, reviewed.lost()) == ([], [], 0)


def test_an_answered_picture_waits_in_the_incoming_folder_and_the_review_stage_is_told(reviewed: Reviewed) -> None:
    assert reviewed.router.predict()[0] == 200
    assert reviewed.keys() == [f"detections/cats/incoming/{ID}"]
    told, picture = reviewed.handed_over()
    assert (told.release, told.answer, told.request_id) == ("r1", SURE, EVENT["requestContext"]["requestId"])
    assert picture == b64decode(EVENT["body"])
    tags = reviewed.s3.get_object_tagging(Bucket="artifacts", Key=reviewed.keys()[0])["TagSet"]
    assert tags == [{"Key": "retention_days", "Value": "1"}]
    assert reviewed.client.events == [{"action": "intake", "detection_id": ID}]
    assert reviewed.lost() == 0


def test_the_release_that_answered_is_told_and_each_request_once(reviewed: Reviewed) -> None:
    reviewed.open(state=CHALLENGED)
    reviewed.router.predict()
    assert (reviewed.handed_over()[0].release, len(reviewed.client.events)) == ("r2", 1)


def test_a_picture_that_is_in_s3_already_becomes_a_detection(reviewed: Reviewed) -> None:
    assert reviewed.router.post_json({"s3": "s3://raw/a.png"})[0] == 200
    told, picture = reviewed.handed_over()
    assert (told.entity_id, picture) == ("camera-1", b"\xff\xd8")


def test_where_nobody_reviews_nothing_is_kept(reviewed: Reviewed) -> None:
    reviewed.router.open(ALONE, r1=SURE)
    reviewed.router.predict()
    assert reviewed.keys() == []


def test_a_share_of_requests_and_all_uncertain_ones_are_wanted() -> None:
    tenth = ALL.model_copy(update={"share": 0.1, "uncertain_above": 0.6})
    requests = [f"request-{number}" for number in range(2000)]
    chosen = [one for one in requests if is_wanted(tenth, one, 0.6)]
    assert 150 < len(chosen) < 250
    assert chosen == [one for one in requests if is_wanted(tenth, one, 0)]
    assert all(is_wanted(tenth, one, 0.61) for one in requests)
    assert not any(is_wanted(ALL.model_copy(update={"share": 0}), one, 1.0) for one in requests)
