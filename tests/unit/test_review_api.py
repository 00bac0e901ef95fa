"""Reviews through the API: who wins, what is counted once, what is refused, what is taken back."""

from typing import Any

import boto3
import pytest

from inference.contracts.reviews import Answered, Detection
from lambdas.common.detection_items import change
from lambdas.review_api import handler
from lambdas.review_api.models import MOST_REVIEWS
from lambdas.review_api.table import DetectionsTable
from tests.unit.review_api_harness import (
    ANN,
    BEN,
    CAT,
    TABLE,
    TRUE_DEER,
    Ask,
    a_review,
    detection,
    store,
)


def counts(domain: str) -> dict[str, int]:
    item = boto3.resource("dynamodb").Table(TABLE).get_item(Key={"domain": domain, "detection_id": "#reviews"})
    return {name: int(value) for name, value in item.get("Item", {}).items() if name not in ("domain", "detection_id")}


def test_a_review_settles_what_is_there_and_it_is_taught(
    ask: Ask, detection_path: str, taught: list[Detection]
) -> None:
    found = ask("POST", f"{detection_path}/review", a_review("corrected", boxes=[TRUE_DEER, {**TRUE_DEER, "x": 400}]))
    assert (found.status, found.body["status"], found.body["revision"]) == (200, "reviewed", 1)
    assert [box["x"] for box in found.body["truth"]["boxes"]] == [100, 400]
    assert ask("GET", detection_path).body == found.body
    assert [one.model_dump(mode="json") for one in taught] == [found.body]


def test_of_two_at_once_one_is_a_conflict_and_in_the_end_both_are_kept(ask: Ask, detection_path: str) -> None:
    assert ask("POST", f"{detection_path}/review", a_review(), who=ANN).status == 200
    second = a_review("false_positive")
    refused = ask("POST", f"{detection_path}/review", second, who=BEN)
    assert (refused.status, refused.body["error"]["code"]) == (409, "conflict")
    now = refused.body["current"]
    assert [review["reviewer"] for review in now["reviews"]] == ["ann"]
    kept = ask("POST", f"{detection_path}/review", {**second, "revision": now["revision"]}, who=BEN)
    assert [review["reviewer"] for review in kept.body["reviews"]] == ["ann", "ben"]
    assert (kept.body["status"], kept.body["truth"]) == ("disputed", None)


def test_of_two_who_read_the_same_only_one_writes(
    ask: Ask, one_detection: Detection, detection_path: str, monkeypatch: Any
) -> None:
    """The other's write fails on the revision, is decided anew, and is a conflict then."""
    write = DetectionsTable.write

    def late(self: DetectionsTable, before: Detection, after: Detection) -> bool:
        monkeypatch.setattr(DetectionsTable, "write", write)
        assert ask("POST", f"{detection_path}/review", a_review(), who=BEN).status == 200
        return write(self, before, after)

    monkeypatch.setattr(DetectionsTable, "write", late)
    assert ask("POST", f"{detection_path}/review", a_review(), who=ANN).status == 409
    assert [review["reviewer"] for review in ask("GET", detection_path).body["reviews"]] == ["ben"]


def test_what_teaches_meanwhile_is_no_conflict_and_is_not_undone(
    ask: Ask, one_detection: Detection, detection_path: str
) -> None:
    ask("POST", f"{detection_path}/review", a_review())
    before = handler.reviews().table.read(one_detection.detection_id)
    boto3.resource("dynamodb").Table(TABLE).update_item(**change(before, before.model_copy(update={"taught": 1})))
    assert not handler.reviews().table.write(before, before.model_copy(update={"revision": 2}))
    assert ask("POST", f"{detection_path}/review", a_review(revision=1), who=BEN).body["taught"] == 1


def test_ten_deliveries_are_one_review_with_one_answer(ask: Ask, detection_path: str, taught: list[Detection]) -> None:
    sent = a_review("false_positive", note="a stump", confidence=0.7)
    answers = [ask("POST", f"{detection_path}/review", sent) for _ in range(10)]
    assert [answer.status for answer in answers] == [200] * 10
    assert all(answer.body == answers[0].body for answer in answers)
    assert (len(answers[0].body["reviews"]), len(taught)) == (1, 1)


def test_a_reviewer_who_was_offline_sends_again_after_another(ask: Ask, detection_path: str) -> None:
    mine = a_review()
    ask("POST", f"{detection_path}/review", mine)
    ask("POST", f"{detection_path}/review", a_review(revision=1), who=BEN)
    again = ask("POST", f"{detection_path}/review", mine)
    assert (again.status, again.body["revision"], len(again.body["reviews"])) == (200, 2, 2)
    assert ask("POST", f"{detection_path}/review", {**mine, "revision": 2}).body == again.body


@pytest.mark.parametrize("change_of", [{"verdict": "false_positive"}, {"note": "other"}])
def test_an_id_is_of_one_review(ask: Ask, detection_path: str, change_of: dict[str, Any]) -> None:
    mine = a_review()
    ask("POST", f"{detection_path}/review", mine)
    other = ask("POST", f"{detection_path}/review", {**mine, **change_of})
    assert (other.status, other.body["error"]["code"]) == (422, "id_was_used")
    assert ask("POST", f"{detection_path}/review", mine, who=BEN).status == 422


@pytest.mark.parametrize(
    ("boxes", "sentence"),
    [
        ([{**TRUE_DEER, "x": 600}], "box 1 reaches to (800, 200), outside the picture of 640 x 480 pixels"),
        ([TRUE_DEER, {**TRUE_DEER, "label": "moose"}], "box 2 is labelled 'moose'; deer are known"),
        ([{**TRUE_DEER, "x": -2}], "greater than or equal to -1"),
        ([{**TRUE_DEER, "width": 0}], "greater than 0"),
    ],
)
def test_a_box_that_cannot_be_is_told(ask: Ask, detection_path: str, boxes: list[Any], sentence: str) -> None:
    found = ask("POST", f"{detection_path}/review", a_review("missed", boxes=boxes))
    assert found.status == 422
    assert sentence in found.body["error"]["message"]
    assert ask("GET", detection_path).body["reviews"] == []


def test_a_label_is_judged_where_the_answer_is_one(ask: Ask) -> None:
    labelled = detection("cats", classes=("tabby", "none"), answered=Answered(label="tabby"))
    store(labelled)
    path = f"/detections/{labelled.detection_id}/review"
    assert "tabby, none are known" in ask("POST", path, a_review("corrected", label="dog")).body["error"]["message"]
    assert ask("POST", path, a_review("false_positive")).status == 422
    assert ask("POST", path, a_review("corrected", label="none")).body["truth"] == {"boxes": None, "label": "none"}


def test_reviews_and_their_agreement_are_counted_with_them(ask: Ask) -> None:
    made = detection("counted")
    store(made)
    path = f"/detections/{made.detection_id}"
    mine = a_review()
    for _ in range(2):
        ask("POST", f"{path}/review", mine)
    ask("POST", f"{path}/review", a_review("corrected", 1, boxes=[{**TRUE_DEER, "x": 110}]), who=BEN)
    ask("POST", f"{path}/review", a_review("false_positive", 2), who=CAT)
    verdicts = {"verdict#correct": 1, "verdict#corrected": 1, "verdict#false_positive": 1}
    reviewers = {"reviewer#ann": 1, "reviewer#ben": 1, "reviewer#cat": 1}
    assert counts("counted") == {**verdicts, **reviewers, "pairs": 3, "alike": 1}
    ask("POST", f"{path}/undo", {"review_id": mine["review_id"], "revision": 3})
    after = counts("counted")
    assert (after["verdict#correct"], after["reviewer#ann"], after["pairs"], after["alike"]) == (0, 0, 1, 0)


def test_a_detection_takes_only_so_many_reviews(ask: Ask, one_detection: Detection, detection_path: str) -> None:
    for number in range(MOST_REVIEWS):
        assert ask("POST", f"{detection_path}/review", a_review(revision=number)).status == 200
    refused = ask("POST", f"{detection_path}/review", a_review(revision=MOST_REVIEWS), who=BEN)
    assert (refused.status, refused.body["error"]["code"]) == (422, "full")
