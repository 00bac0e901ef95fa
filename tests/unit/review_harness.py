"""The review function of a domain with boxes, on buckets and tables in memory."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import boto3
import pytest
from PIL import Image

from inference.contracts.incoming import Incoming, pack
from inference.contracts.reviews import Detection, Review, detection_id
from lambdas.common.detection_items import change, detection_of
from lambdas.common.reviewed_rows import ReviewedRows
from lambdas.data_prep.boxes.spec import Boxes
from lambdas.review import handler
from lambdas.review.models import ReviewSpec, ReviewVariables
from lambdas.review.stage import ReviewStage, make_stage
from tests.unit.api_harness import make_table

AT = datetime(2026, 11, 22, 5, 30, tzinfo=UTC)
ID = detection_id("deer", "r1")
BOX = {"label": "deer", "x": 10.0, "y": 20.0, "width": 100.0, "height": 50.0}
ANSWER = {
    "width": 320,
    "height": 240,
    "classes": ["deer"],
    "threshold": 0.4,
    "boxes": [{**BOX, "score": 0.6}, {**BOX, "x": 200.0, "score": 0.1}],
    "features": {"brightness": 0.5},
}
KEPT, COPY = f"detections/deer/pictures/{ID}.jpg", f"deer/reviewed/{ID}.jpg"
INCOMING = f"detections/deer/incoming/{ID}"


def jpeg(size: tuple[int, int] = (320, 240), kind: str = "JPEG", **more: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (200, 180, 90)).save(out, kind, **more)
    return out.getvalue()


class ReviewHarness:
    def __init__(self, context: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.context, self.monkeypatch = context, monkeypatch
        self.s3 = boto3.client("s3")
        for bucket in ("artifacts", "raw"):
            self.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        make_table("detections", "domain", "detection_id")
        boto3.client("dynamodb").update_table(
            TableName="detections",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("untaught", "detection_id")
            ],
            GlobalSecondaryIndexUpdates=[
                {
                    "Create": {
                        "IndexName": "untaught",
                        "KeySchema": [
                            {"AttributeName": "untaught", "KeyType": "HASH"},
                            {"AttributeName": "detection_id", "KeyType": "RANGE"},
                        ],
                        "Projection": {"ProjectionType": "KEYS_ONLY"},
                    }
                }
            ],
        )
        make_table("labels", "imageName")
        self.detections = boto3.resource("dynamodb").Table("detections")
        self.labels = boto3.resource("dynamodb").Table("labels")
        self.told = 0
        self.open()

    def open(self, rows: ReviewedRows | None = None, task: str = "object_detection", **spec: Any) -> None:
        """Anew, by this spec."""
        self.env = ReviewVariables(
            domain="deer",
            task=task,
            detections_table="detections",
            artifacts_bucket="artifacts",
            raw_bucket="raw",
            raw_prefix="deer/",
            labels_table="labels",
            rows=rows or Boxes(prefix="deer/", classes=("deer",)).reviewed_rows,
            review=ReviewSpec(**spec),
        )
        self.stage: ReviewStage = make_stage(self.env)
        self.monkeypatch.setattr(self.stage.retraining, "tell", self._tell)
        self.monkeypatch.setattr(handler, "stage", lambda: self.stage)

    def _tell(self) -> None:
        self.told += 1

    def send(self, **event: Any) -> dict[str, Any]:
        return handler.lambda_handler(event, self.context)

    def hand_over(self, picture: bytes, request: str = "r1", **more: Any) -> str:
        """As the router does, but nobody is told; the detection's id."""
        one = detection_id("deer", request)
        known = {"request_id": request, "at": AT, "release": "r1-abc", "entity_id": "camera-1", "answer": ANSWER}
        packed = pack(Incoming.model_validate(known | more), picture)
        self.s3.put_object(Bucket="artifacts", Key=f"detections/deer/incoming/{one}", Body=packed)
        return one

    def intake(self, picture: bytes | None = None, request: str = "r1", **more: Any) -> dict[str, Any]:
        """As the router asks for it; None: what was handed over before."""
        if picture is not None:
            self.hand_over(picture, request, **more)
        return self.send(action="intake", detection_id=detection_id("deer", request))

    def teach(self) -> dict[str, Any]:
        return self.send(action="teach", detection_id=ID)

    def found(self, one: str = ID) -> Detection:
        return detection_of(self.item(one))

    def item(self, one: str = ID) -> dict[str, Any]:
        return self.detections.get_item(Key={"domain": "deer", "detection_id": one})["Item"]

    def settle(self, verdict: str = "missed", boxes: Any = (BOX,), status: str = "reviewed", **more: Any) -> Detection:
        """As the review API writes it: one more review, and what it settles."""
        before = self.found()
        said = {"boxes": boxes} if verdict in ("missed", "corrected") else {}
        made = {"review_id": f"review-{before.revision}", "revision": before.revision, "reviewer": "ada"}
        at = AT + timedelta(minutes=before.revision)
        review = Review.model_validate({"verdict": verdict, "at": at, **made, **said, **more})
        truth = review.truth(before.answered) if status == "reviewed" else None
        return self._change(before, reviews=(*before.reviews, review), status=status, truth=truth)

    def undo(self) -> Detection:
        before = self.found()
        undone = tuple(one.model_copy(update={"undone_at": AT + timedelta(hours=1)}) for one in before.reviews)
        return self._change(before, reviews=undone, status="open", truth=None)

    def _change(self, before: Detection, **changes: Any) -> Detection:
        after = before.model_copy(update={**changes, "revision": before.revision + 1})
        self.detections.update_item(**change(before, after))
        return after

    def keys(self, bucket: str) -> list[str]:
        return [entry["Key"] for entry in self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]

    def rows(self) -> list[dict[str, Any]]:
        return self.labels.scan()["Items"]

    def progress(self) -> dict[str, int]:
        item = self.detections.get_item(Key={"domain": "deer", "detection_id": "#progress"}).get("Item", {})
        return {name: int(value) for name, value in item.items() if name not in ("domain", "detection_id") and value}


@pytest.fixture
def review(aws: None, context: Any, monkeypatch: pytest.MonkeyPatch) -> ReviewHarness:
    return ReviewHarness(context, monkeypatch)


@pytest.fixture
def seen(review: ReviewHarness) -> ReviewHarness:
    """One detection is stored, which the model saw one deer in."""
    review.intake(jpeg())
    return review
