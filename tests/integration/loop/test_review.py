"""The way of a review on the embedded AWS: from a prediction to a detection, to the training data and away again."""

import io
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from boto3.dynamodb.conditions import Key
from PIL import Image

from clients.predict import PredictClient
from inference.contracts.incoming import Incoming, pack
from inference.contracts.reviews import Detection, Review, detection_id
from lambdas.common.artifacts import detection_picture, incoming_picture
from lambdas.common.detection_items import change, detection_of
from lambdas.common.detections_table import PROGRESS
from sandbox import Sandbox
from sandbox.deployment import Deployment
from tests.integration.loop.packages import LIGHT, picture
from tests.integration.loop.releases import EndedRelease

WAITS_S = 180
GREY = 128
"""Neither light nor dark."""


class Reviewed:
    """One uncertain prediction, and the detections table."""

    def __init__(self, aws: Sandbox, deployment: Deployment, client: PredictClient) -> None:
        (name,) = [one for one in deployment.dynamodb.list_tables()["TableNames"] if "Detections" in one]
        self.table = aws.resource("dynamodb").Table(name)
        self.labels = aws.resource("dynamodb").Table(deployment.output("cats", "LabelsTable"))
        self.deployment = deployment
        self.certain = client.predict("cats", picture(LIGHT), "image/png", "camera-r")["request_id"]
        self.id = detection_id("cats", client.predict("cats", with_place(), "image/jpeg", "camera-r")["request_id"])
        self.detection = self.wait_for(self.read)

    def read(self, one: str = "") -> Detection | None:
        item = self.table.get_item(Key={"domain": "cats", "detection_id": one or self.id}).get("Item")
        return None if item is None else detection_of(item)

    def rows(self) -> list[dict[str, Any]]:
        return self.labels.query(KeyConditionExpression=Key("imageName").eq(f"reviewed/{self.id}.jpg"))["Items"]

    def keys(self, bucket: str, prefix: str) -> list[str]:
        found = self.deployment.s3.list_objects_v2(Bucket=bucket, Prefix=prefix)
        return [entry["Key"] for entry in found.get("Contents", [])]

    def teach(self, after: Detection) -> None:
        """Written as the review API writes it, which then says so; told five times."""
        before = self.read()
        assert before is not None
        self.table.update_item(**change(before, after.model_copy(update={"revision": before.revision + 1})))
        for _ in range(5):
            self.tell(action="teach", detection_id=self.id)

    def tell(self, **event: Any) -> None:
        self.deployment.lambda_.invoke(
            FunctionName="vigil-cats-review", InvocationType="Event", Payload=json.dumps(event)
        )

    def taught(self) -> int:
        key = {"domain": "cats", "detection_id": PROGRESS}
        return int(self.table.get_item(Key=key).get("Item", {}).get("taught", 0))

    def wait_for(self, look: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + WAITS_S
        while time.monotonic() < deadline:
            if found := look():
                return found
            time.sleep(0.2)
        raise AssertionError(f"not within {WAITS_S} s")


def with_place() -> bytes:
    """A grey picture that says where it was taken, and by what."""
    exif = Image.Exif()
    exif[0x010F] = "SecretMaker"
    exif.get_ifd(0x8825)[2] = (47.0, 11.0, 8.0)
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (GREY, GREY, GREY)).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture(scope="module")
def reviewed(aws: Sandbox, deployment: Deployment, client: PredictClient, champion: EndedRelease) -> Reviewed:
    return Reviewed(aws, deployment, client)


def test_an_uncertain_prediction_becomes_a_detection_whose_picture_tells_nothing_else(reviewed: Reviewed) -> None:
    kept = reviewed.deployment.read(reviewed.deployment.artifacts, detection_picture("cats", reviewed.id))
    assert Image.open(io.BytesIO(kept)).size == (reviewed.detection.width, reviewed.detection.height) == (64, 48)
    assert b"SecretMaker" not in kept
    assert dict(Image.open(io.BytesIO(kept)).getexif()) == {}
    assert (reviewed.detection.camera, reviewed.detection.status) == ("camera-r", "open")
    assert reviewed.detection.uncertainty > 0.5


def test_what_was_sent_does_not_stay(reviewed: Reviewed) -> None:
    incoming = incoming_picture("cats", reviewed.id)
    reviewed.wait_for(lambda: not reviewed.keys(reviewed.deployment.artifacts, incoming))


def test_a_prediction_that_nobody_was_told_of_is_swept_up_once(reviewed: Reviewed) -> None:
    deployment, one = reviewed.deployment, detection_id("cats", "untold")
    answer = {"label": "Dark", "confidence": 0.5, "scores": {"Dark": 0.5, "Light": 0.5}}
    at = datetime(2026, 11, 22, 5, 30, tzinfo=UTC)
    told = Incoming(request_id="untold", at=at, release="r1", entity_id="camera-s", answer=answer)
    key = incoming_picture("cats", one)
    deployment.s3.put_object(Bucket=deployment.artifacts, Key=key, Body=pack(told, with_place()))
    for _ in range(5):
        reviewed.tell(action="sweep", waited_s=0)
        reviewed.tell(action="intake", detection_id=one)
    found = reviewed.wait_for(lambda: reviewed.read(one))
    reviewed.wait_for(lambda: not reviewed.keys(deployment.artifacts, key))
    assert (found.at, found.camera, found.revision) == (at, "camera-s", 0)
    assert reviewed.keys(deployment.artifacts, detection_picture("cats", one)) == [detection_picture("cats", one)]


def test_a_certain_prediction_is_not_kept(reviewed: Reviewed) -> None:
    key = {"domain": "cats", "detection_id": detection_id("cats", reviewed.certain)}
    assert "Item" not in reviewed.table.get_item(Key=key)


def test_a_review_becomes_training_data_and_undone_it_goes_again(reviewed: Reviewed) -> None:
    bucket = reviewed.deployment.output("cats", "RawBucket")
    copy = f"catcam-training/reviewed/{reviewed.id}.jpg"
    review = Review(
        review_id="review-1", revision=0, verdict="corrected", label="Dark", reviewer="ada", at=reviewed.detection.at
    )
    settled = {"reviews": (review,), "status": "reviewed", "truth": review.truth(reviewed.detection.answered)}
    reviewed.teach(reviewed.detection.model_copy(update=settled))
    (row,) = reviewed.wait_for(reviewed.rows)
    assert row["reviewedLabel"] == "Dark"
    assert reviewed.keys(bucket, copy) == [copy]
    assert reviewed.taught() == 1
    reviewed.teach(reviewed.detection.model_copy(update={"reviews": (), "truth": None}))
    reviewed.wait_for(lambda: not reviewed.rows() and not reviewed.keys(bucket, copy))
    assert reviewed.taught() == 0
