"""Around reviews: who is told of them, pictures, what is not there, the routes of people."""

import json
from base64 import b64decode
from typing import Any

import boto3
import pytest

from inference.contracts.reviews import Detection
from lambdas.common.artifacts import detection_picture
from lambdas.review_api import handler
from lambdas.review_api.clients import ReviewFunctions
from tests.unit.api_harness import event
from tests.unit.review_api_harness import ANN, BUCKET, PROGRAM, Ask, a_review


def test_a_review_is_kept_though_nobody_could_be_told(
    reviews_memory: None, one_detection: Detection, context: Any
) -> None:
    """No function vigil-deer-review is there: its sweep would find the review later."""
    path = f"/api/v1/detections/{one_detection.detection_id}/review"
    found = handler.lambda_handler(event("POST", path, authorizer=ANN, body=a_review()), context)
    assert found["statusCode"] == 200
    assert handler.reviews().table.read(one_detection.detection_id).status == "reviewed"


def test_the_domains_own_function_is_asked_to_teach(one_detection: Detection, monkeypatch: Any) -> None:
    functions, asked = ReviewFunctions("vigil"), {}
    monkeypatch.setattr(functions._lambda, "invoke", lambda **words: asked.update(words))
    functions.teach(one_detection)
    assert (asked["FunctionName"], asked["InvocationType"]) == ("vigil-deer-review", "Event")
    assert json.loads(asked["Payload"]) == {"action": "teach", "detection_id": one_detection.detection_id}


def test_a_picture_comes_as_it_is_and_to_nobody_between(
    one_detection: Detection, detection_path: str, context: Any
) -> None:
    key = detection_picture("deer", one_detection.detection_id)
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"\xff\xd8 a picture")
    found = handler.lambda_handler(event("GET", f"/console/api/v1{detection_path}/picture", authorizer=ANN), context)
    assert (b64decode(found["body"]), found["isBase64Encoded"]) == (b"\xff\xd8 a picture", True)
    headers = {name.lower(): value for name, value in found["headers"].items()}
    assert headers["content-type"] == "image/jpeg"
    assert headers["cache-control"].startswith("private")


@pytest.mark.parametrize("detection_path", ["", "/picture"])
def test_what_there_is_not_is_a_404_with_a_sentence(ask: Ask, detection_path: str) -> None:
    found = ask("GET", f"/detections/deer-{'0' * 24}{detection_path}")
    assert found.status == 404
    assert found.body["error"]["message"].endswith(".")


def test_people_reach_the_same_routes_below_the_console(ask: Ask, detection_path: str) -> None:
    assert ask("GET", detection_path, console=True).body == ask("GET", detection_path, who=PROGRAM).body
    assert ask("GET", detection_path.replace("/detections", "/console/detections"), console=True).status == 404
