"""Requests to the router that cannot be answered, and what their caller is told."""

import base64
from typing import Any

import pytest

from inference.contracts.limits import MAX_REQUEST_BYTES
from lambdas.router.outcome import FaultKind
from tests.unit.router_harness import (
    ALONE,
    CAT,
    CHALLENGED,
    RouterHarness,
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


def test_input_that_nobody_can_read_is_the_callers(router_harness: RouterHarness) -> None:
    router_harness.open(CHALLENGED, r1=FaultKind.BAD_INPUT, r2=FaultKind.BAD_INPUT)
    status, body = router_harness.predict()
    assert (status, body["error"]["message"]) == (422, "the model's own words")
    metrics = router_harness.metrics()
    assert (metrics["r1", "Errors"], metrics["r2", "Errors"], metrics["domain", "Errors"]) == (0, 0, 0)
