"""10,000 malformed bodies to each route that changes a review: each is refused in words, and nothing changes."""

import json
from collections import Counter
from typing import Any

import boto3
import pytest

from inference.contracts.reviews import Detection
from lambdas.review_api import handler
from tests.malformed import REFUSALS, draw
from tests.malformed.reviews import GOOD, review_requests, undo_requests
from tests.unit.review_api_harness import ANN, TABLE, Ask

COUNT = 10_000
ROUTES = {"review": review_requests(), "undo": undo_requests()}


def everything() -> Any:
    items = boto3.resource("dynamodb").Table(TABLE).scan()["Items"]
    return sorted(items, key=lambda item: item["detection_id"])


def wrong(answer: dict[str, Any]) -> str:
    """What is wrong with an answer to a malformed request, or an empty text."""
    if answer["statusCode"] not in REFUSALS:
        return f"{answer['statusCode']}: {answer['body'][:150]}"
    body = json.loads(answer["body"])
    if body.keys() != {"error", "request_id"} or body["error"].keys() != {"code", "message"}:
        return f"not as documented: {answer['body'][:150]}"
    return "" if len(body["error"]["message"]) <= 1000 else "the message is no sentence for a caller"


@pytest.mark.parametrize("word", ROUTES)
def test_each_is_refused_and_changes_nothing(
    reviews_memory: None, one_detection: Detection, taught: list[Any], context: Any, word: str
) -> None:
    before, found = everything(), Counter[tuple[str, str]]()
    route = f"POST /api/v1/detections/{one_detection.detection_id}/{word}"
    for request in draw(ROUTES[word], COUNT, seed=12):
        event = request.event(route)
        event["requestContext"]["authorizer"] = ANN
        if fault := wrong(handler.lambda_handler(event, context)):
            found[request.kind, fault] += 1
    assert found == {}
    assert (everything(), taught) == (before, [])


def test_what_they_are_made_of_is_taken(ask: Ask, detection_path: str) -> None:
    assert ask("POST", f"{detection_path}/review", GOOD).status == 200
