"""Reviews that disagree, are decided, and are taken back."""

from typing import Any

import pytest

from inference.contracts.reviews import Detection
from tests.unit.review_api_harness import (
    ANN,
    BEN,
    CAT,
    JUDGE,
    PROGRAM,
    TRUE_DEER,
    Ask,
    a_review,
)


def test_an_undone_review_stays_as_history_and_teaches_what_is_left(
    ask: Ask, detection_path: str, taught: list[Detection]
) -> None:
    mine = a_review()
    ask("POST", f"{detection_path}/review", mine)
    back = {"review_id": mine["review_id"], "revision": 1}
    undone = ask("POST", f"{detection_path}/undo", back)
    assert (undone.status, undone.body["status"], undone.body["truth"]) == (200, "open", None)
    assert undone.body["reviews"][0]["undone_at"] is not None
    assert [(one.status, one.revision) for one in taught] == [("reviewed", 1), ("open", 2)]
    assert ask("POST", f"{detection_path}/undo", back).body == undone.body
    assert ask("POST", f"{detection_path}/review", mine).body == undone.body, "a late delivery does not bring it back"


def test_a_review_is_taken_back_by_who_gave_it_or_an_adjudicator(ask: Ask, detection_path: str) -> None:
    mine = a_review()
    ask("POST", f"{detection_path}/review", mine)
    back = {"review_id": mine["review_id"], "revision": 1}
    assert ask("POST", f"{detection_path}/undo", back, who=BEN).status == 403
    assert ask("POST", f"{detection_path}/undo", {**back, "review_id": "of-nobody"}).status == 404
    assert ask("POST", f"{detection_path}/undo", {**back, "revision": 0}).body["current"]["revision"] == 1
    assert ask("POST", f"{detection_path}/undo", back, who=JUDGE).status == 200


@pytest.mark.parametrize("judge", [JUDGE, PROGRAM])
def test_a_dispute_is_decided_by_an_adjudicator_and_opens_again_without(
    ask: Ask, detection_path: str, judge: Any
) -> None:
    ask("POST", f"{detection_path}/review", a_review(), who=ANN)
    assert (
        ask("POST", f"{detection_path}/review", a_review("false_positive", revision=1), who=BEN).body["status"]
        == "disputed"
    )
    decision = a_review("false_positive", revision=2)
    decided = ask("POST", f"{detection_path}/review", decision, who=judge)
    assert (decided.body["status"], decided.body["truth"]["boxes"]) == ("reviewed", [])
    assert decided.body["reviews"][-1]["adjudicates"] is True
    more = ask("POST", f"{detection_path}/review", a_review(revision=3), who=CAT)
    assert more.body["status"] == "reviewed", "decided is decided"
    back = {"review_id": decision["review_id"], "revision": 4}
    assert ask("POST", f"{detection_path}/undo", back, who=judge).body["truth"]["boxes"] == [TRUE_DEER], (
        "two of three say so"
    )


def test_no_group_no_decision(ask: Ask, detection_path: str) -> None:
    for number, who in enumerate((ANN, BEN)):
        ask("POST", f"{detection_path}/review", a_review(("correct", "false_positive")[number], number), who=who)
    third = ask("POST", f"{detection_path}/review", a_review("false_positive", 2), who=CAT)
    assert third.body["reviews"][-1]["adjudicates"] is False
    assert third.body["truth"]["boxes"] == []
