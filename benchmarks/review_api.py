"""Reviews that a second of Lambda's processor takes, and every other request of the review API.

The handler runs in this process with the table and the bucket in memory (moto), whose time is taken off: what is left
is the function's own work, boto3's included, without the call that tells a review function. Writes
benchmarks/results/review_api.json.
"""

import argparse
import io
import json
import os
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3

from benchmarks.registry.bill import AWS_CALL_MS
from benchmarks.registry.cloud import Mock, aws
from benchmarks.registry.polls import timed
from inference.contracts.reviews import Detection
from lambdas.common.artifacts import detection_picture
from lambdas.review_api import handler
from lambdas.review_api.clients import ReviewFunctions
from tests.unit.api_harness import event
from tests.unit.conftest import Context
from tests.unit.review_api_harness import ANN, TABLE, TRUE_DEER, detection, make_detections_table, store

BUCKET = "artifacts"
MEMORY_MB = 1024
"""stacks/api/reviews.py."""
SHARE_OF_A_CORE = MEMORY_MB / 1769
"""Lambda gives a whole core at 1,769 MB: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
PICTURE = 150_000
"""Bytes of a picture of 1,600 pixels."""
RESULT = Path(__file__).parent / "results" / "review_api.json"
WARM_UP = 20
Call = Callable[[int], dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.review_api", description=__doc__)
    parser.add_argument("--reviews", type=int, default=300, help="detections, each judged once (default: %(default)s)")
    count = parser.parse_args().reviews
    variables = {"APP": "vigil", "DETECTIONS_TABLE": TABLE, "ARTIFACTS_BUCKET": BUCKET}
    with aws() as mock, patch.dict(os.environ, variables), patch.object(ReviewFunctions, "teach", lambda *_: None):
        make_detections_table(TABLE)
        handler.reviews.cache_clear()
        found = measure(count, mock)
        handler.reviews.cache_clear()
    result = {
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}",
        "detections": count,
        "assumed_ms_a_call_of_aws": AWS_CALL_MS,
        "lambda_memory_mb": MEMORY_MB,
        "requests": found,
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


def measure(count: int, mock: Mock) -> dict[str, Any]:
    made = [detection(uncertainty=(at % 997) / 1000, burst=f"b{at // 4}") for at in range(count + WARM_UP)]
    with redirect_stdout(io.StringIO()):
        store(*made)
    picture = detection_picture("deer", made[0].detection_id)
    boto3.client("s3").put_object(Bucket=BUCKET, Key=picture, Body=os.urandom(PICTURE))
    found = {}
    for kind, (call, requests) in calls(made, count).items():
        measured = timed(call, 200, requests, mock)
        ms = measured["cpu_ms"] / SHARE_OF_A_CORE + measured["aws_calls_per_request"] * AWS_CALL_MS
        measured["ms_on_lambda"] = round(ms, 1)
        measured["requests_per_s_of_one_lambda"] = round(1000 / ms, 1)
        found[kind] = measured
        print(f"{kind}: {measured}", flush=True)
    return found


def calls(made: list[Detection], count: int) -> dict[str, tuple[Call, int]]:
    """Each kind of request and how many of it; the first ones of each kind warm up."""
    ahead = iter(made)
    judged: list[str] = []

    def send(method: str, path: str, body: Any = None, **query: str) -> dict[str, Any]:
        asked = event(method, f"/api/v1{path}", authorizer=ANN, body=body, query=query or None)
        return handler.lambda_handler(asked, Context())

    def review(_: int) -> dict[str, Any]:
        one = next(ahead).detection_id
        judged.append(one)
        body = {"review_id": f"review-{one[-8:]}", "revision": 0, "verdict": "corrected", "boxes": [TRUE_DEER]}
        return send("POST", f"/detections/{one}/review", body)

    def again(number: int) -> dict[str, Any]:
        one = judged[number % len(judged)]
        body = {"review_id": f"review-{one[-8:]}", "revision": 0, "verdict": "corrected", "boxes": [TRUE_DEER]}
        return send("POST", f"/detections/{one}/review", body)

    def undo(_: int) -> dict[str, Any]:
        one = judged.pop()
        return send("POST", f"/detections/{one}/undo", {"review_id": f"review-{one[-8:]}", "revision": 1})

    few = min(count, 30)  # moto reads an index by looking at every item
    return {
        "list of 20": (lambda _: send("GET", "/detections", domain="deer", limit="20"), few),
        "list of 100": (lambda _: send("GET", "/detections", domain="deer", limit="100"), few),
        "detection": (lambda at: send("GET", f"/detections/{made[at].detection_id}"), few),
        "picture of 150 kB": (lambda _: send("GET", f"/detections/{made[0].detection_id}/picture"), few),
        "review": (review, count),
        "the same review again": (again, few),
        "undo": (undo, count - few),
        "progress": (lambda _: send("GET", "/reviews/deer"), few),
    }


if __name__ == "__main__":
    main()
