"""The review API in front of a table and a bucket in memory, and review functions that note what they are asked."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import boto3
import pytest
from moto import mock_aws

from inference.contracts.boxes import FoundBox
from inference.contracts.reviews import Answered, Detection, detection_id
from lambdas.common.detection_items import item_of
from lambdas.review_api import handler
from lambdas.review_api.clients import ReviewFunctions
from tests.unit.api_harness import ADA, Answer, answer_of, event

AT = datetime(2026, 11, 22, 5, 30, tzinfo=UTC)
BUCKET, TABLE = "artifacts", "detections"
DEER = FoundBox(label="deer", x=100, y=100, width=200, height=100, score=0.8)
TRUE_DEER = DEER.model_dump(exclude={"score"})
NUMBERS = count(1)


def person(name: str, *groups: str) -> dict[str, Any]:
    """Claims as API Gateway hands them on: a list is text in brackets."""
    claims = {"username": name} | ({"cognito:groups": f"[{' '.join(groups)}]"} if groups else {})
    return {"jwt": {"claims": claims, "scopes": None}}


ANN, BEN, CAT = (person(name, "reviewers") for name in ("ann", "ben", "cat"))
JUDGE = person("judith", "viewers", "adjudicators")
PROGRAM = {"iam": {"userArn": ADA}}


def detection(domain: str = "deer", **more: Any) -> Detection:
    number = next(NUMBERS)
    known = {
        "detection_id": detection_id(domain, f"r{number}"), "domain": domain, "request_id": f"r{number}",
        "release": "r1-abc", "at": AT + timedelta(minutes=number), "camera": "c1", "burst": f"c1-{number}",
        "width": 640, "height": 480, "classes": ("deer",), "answered": Answered(boxes=(DEER,), threshold=0.5),
        "uncertainty": 0.25, "sampled": False,
    }  # fmt: skip
    return Detection.model_validate(known | more)


def make_detections_table(name: str) -> None:
    """As stacks/shared/storage.py makes it."""
    names = ("domain", "detection_id", "queue", "rank", "recent")
    boto3.client("dynamodb").create_table(
        TableName=name,
        KeySchema=_schema("domain", "detection_id"),
        AttributeDefinitions=[{"AttributeName": one, "AttributeType": "S"} for one in names],
        GlobalSecondaryIndexes=[
            {"IndexName": index, "KeySchema": _schema("queue", sort), "Projection": {"ProjectionType": "ALL"}}
            for index, sort in (("queue", "rank"), ("recent", "recent"))
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def _schema(key: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": key, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


def store(*detections: Detection) -> None:
    with boto3.resource("dynamodb").Table(TABLE).batch_writer() as batch:
        for one in detections:
            batch.put_item(Item=item_of(one, expires=2_000_000_000))


@pytest.fixture(scope="module")
def reviews_memory() -> Iterator[None]:
    """AWS in memory, once a module: a test takes a domain or detections of its own."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        variables = {"APP": "vigil", "DETECTIONS_TABLE": TABLE, "ARTIFACTS_BUCKET": BUCKET}
        for name, value in {"AWS_DEFAULT_REGION": "us-west-2", **variables}.items():
            patch.setenv(name, value)
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        make_detections_table(TABLE)
        where = {"LocationConstraint": "us-west-2"}
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
        handler.reviews.cache_clear()
        yield
        handler.reviews.cache_clear()


@pytest.fixture
def taught(monkeypatch: pytest.MonkeyPatch) -> list[Detection]:
    """What review functions were asked to teach."""
    asked: list[Detection] = []
    monkeypatch.setattr(ReviewFunctions, "teach", lambda _, one: asked.append(one))
    return asked


Ask = Callable[..., Answer]


@pytest.fixture
def ask(reviews_memory: None, taught: list[Detection], context: Any) -> Ask:
    def one(method: str, path: str, body: Any = None, who: Any = None, console: bool = False, **query: Any) -> Answer:
        words = {name: str(value) for name, value in query.items() if value is not None}
        path = f"{'/console' if console else ''}/api/v1{path}"
        found = event(method, path, authorizer=who or ANN, body=body, query=words)
        return answer_of(handler.lambda_handler(found, context))

    return one


def a_review(verdict: str = "correct", revision: int = 0, **more: Any) -> dict[str, Any]:
    return {"review_id": f"review-{next(NUMBERS)}", "revision": revision, "verdict": verdict, **more}


@pytest.fixture
def one_detection(reviews_memory: None) -> Detection:
    made = detection()
    store(made)
    return made


@pytest.fixture
def detection_path(one_detection: Detection) -> str:
    return f"/detections/{one_detection.detection_id}"
