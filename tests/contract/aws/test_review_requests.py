"""Calls of the review stage: AWS's models take them, and what is written stays within AWS's limits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from inference.contracts.reviews import Answered, Detection, detection_id
from inference.contracts.tasks import task_of
from inference.contracts.tasks.base import Question
from lambdas.common.detections_table import rank_of, recent_of
from lambdas.review.bursts import Burst
from lambdas.review.clients import Pictures, RawPictures, RetrainingTrigger
from lambdas.review.table import DetectionsTable, Known
from lambdas.router.deadline import Deadline
from lambdas.router.detections import Detections
from lambdas.router.models import DetectionsSpec, RouterVariables
from tests.contract.aws.sent import NOW
from tests.contract.aws.service_model import faults

ID = detection_id("deer", "r1")
WIDE = "\U0001f98c" * 256
"""The longest name that a camera may have, in its longest characters."""


def detection(camera: str = "camera-1") -> Detection:
    return Detection(
        detection_id=ID, domain="deer", request_id="r1", release="r1", at=datetime.now(UTC), camera=camera, burst="b",
        width=640, height=480, classes=("deer",), answered=Answered(boxes=()), uncertainty=0.5, sampled=False,
    )  # fmt: skip


def requests(sent: Any) -> dict[str, dict[str, Any]]:
    assert [fault for name, operation, one in sent.requests for fault in faults(name, operation, one)] == []
    return {operation: one for _, operation, one in sent.requests}


def review(sent: Any) -> None:
    """Everything that the review function asks for."""
    sent.answers["Query"] = {"Items": []}
    pictures, raw, table = Pictures("artifacts", "deer", 90), RawPictures("raw", "deer/"), DetectionsTable("d", "deer")
    pictures.waiting(0)
    pictures.incoming(ID)
    pictures.keep(ID, b"0")
    pictures.quarantine(ID, "no picture")
    pictures.forget_incoming(ID)
    raw.has(ID)
    raw.add(ID, b"0")
    raw.remove(ID)
    RetrainingTrigger("vigil-deer-retraining-trigger").tell()
    table.add(detection(), 1)
    table.read(ID)
    list(table.untaught())
    bursts = (Burst("b", NOW, NOW, "deer-1"),)
    table.replace_bursts("camera-1", bursts, bursts, NOW)
    known = Known(detection().model_copy(update={"revision": 1}), "")
    table.teach(known, "missed", {"taught": 1, "missed": 1}, "labels", {"imageName": "reviewed/x.jpg"}, put=True)


def test_the_services_take_every_request_of_the_review_function(sent: Any) -> None:
    review(sent)

    assert set(requests(sent)) == {
        *("ListObjectsV2", "GetObject", "PutObject", "DeleteObject", "HeadObject", "Invoke"),
        *("GetItem", "PutItem", "Query", "TransactWriteItems"),
    }


def test_the_roles_may_make_every_request(sent: Any, grants: Any) -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html: of what is in it."""
    in_iam = {
        "HeadObject": {"s3:GetObject"},
        "ListObjectsV2": {"s3:ListBucket"},
        "PutObject": {"s3:PutObject", "s3:PutObjectTagging"},
        "Invoke": {"lambda:InvokeFunction"},
        "TransactWriteItems": {"dynamodb:UpdateItem", "dynamodb:PutItem", "dynamodb:DeleteItem"},
    }
    for ask, role in ((review, "ReviewFunctionRole"), (hand_over, "RouterFunctionRole")):
        sent.requests.clear()
        ask(sent)
        needed = set().union(*(in_iam.get(name, {f"{service}:{name}"}) for service, name, _ in sent.requests))
        assert needed - {action for action, _, _ in grants("Deer", role)} == set()


def test_what_is_taught_is_one_transaction_of_items_that_differ(sent: Any) -> None:
    """At most 100 actions, no two on one item; a table and a key name an item:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    """
    known = Known(detection().model_copy(update={"revision": 2, "taught": 1}), "missed")
    row = {"imageName": "reviewed/x.jpg"}
    DetectionsTable("d", "deer").teach(known, "", {"taught": -1, "missed": -1}, "labels", row, put=False)

    actions = requests(sent)["TransactWriteItems"]["TransactItems"]
    targets = [(one["TableName"], str(one["Key"])) for action in actions for one in action.values()]
    assert [next(iter(action)) for action in actions] == ["Update", "Delete", "Update"]
    assert len(set(targets)) == len(targets) <= 100


def hand_over(sent: Any) -> None:
    """Everything that the router asks for."""
    spec = DetectionsSpec(function="vigil-deer-review", bucket="artifacts", share=1, uncertain_above=1)
    env = RouterVariables(domain="deer", task="object_detection", releases_table="t", captures_stream="c")
    answer = {"width": 2, "height": 2, "classes": ["deer"], "threshold": 0.5, "boxes": []}
    router = Detections(env, task_of("object_detection"), spec, ThreadPoolExecutor(1))
    router.begin("r1", "r1-abc", answer, Question(b"0", "image/jpeg", "camera-1", {}), Deadline(9))()


def test_the_services_take_every_request_of_the_router(sent: Any) -> None:
    """The header has URL query parameters: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html"""
    hand_over(sent)

    found = requests(sent)
    assert found["PutObject"]["Tagging"] == "retention_days=1"
    assert found["Invoke"]["InvocationType"] == "Event"


def test_keys_of_the_camera_with_the_longest_name_are_short_enough(sent: Any) -> None:
    """1024 bytes of a sort key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""
    DetectionsTable("d", "deer").bursts(WIDE)
    one = detection(WIDE)
    keys = [rank_of(one), recent_of(one), requests(sent)["GetItem"]["Key"]["detection_id"]]
    assert all(len(str(key).encode()) <= 1024 for key in keys)
