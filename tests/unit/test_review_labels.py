"""What people say at the review API of frames that no model answered."""

from typing import Any

import pytest

from inference.contracts.reviews import Answered, Detection, Frame
from tests.unit.review_api_harness import ANN, BEN, CAT, TRUE_DEER, Ask, a_review, detection, store

UNANSWERED: dict[str, Any] = {
    "classes": ("ad", "content"),
    "answered": Answered(),
    "frame": Frame(recording="evening", scene="0003", number=0),
    "release": "",
}


@pytest.fixture
def frame_path(reviews_memory: None) -> str:
    made = detection("ads", **UNANSWERED)
    store(made)
    return f"/detections/{made.detection_id}"


@pytest.mark.parametrize(
    ("verdict", "says"),
    [("correct", {}), ("false_positive", {}), ("false_positive", {"label": "ad"}), ("missed", {"label": "ad"})]
    + [("corrected", {"label": "ad"}), ("missed", {"boxes": [TRUE_DEER]})],
)
def test_nobody_judges_an_answer_that_there_is_not(ask: Ask, frame_path: str, verdict: str, says: Any) -> None:
    refused = ask("POST", f"{frame_path}/review", a_review(verdict, **says))
    assert (refused.status, refused.body["error"]["code"]) == (422, "impossible")
    if "boxes" not in says:
        assert "no model answered this one; say with verdict 'labelled'" in refused.body["error"]["message"]
    assert ask("GET", frame_path).body["revision"] == 0


@pytest.mark.parametrize("says", [{}, {"boxes": []}, {"label": "ad", "boxes": []}])
def test_a_label_is_one_class(ask: Ask, frame_path: str, says: Any) -> None:
    refused = ask("POST", f"{frame_path}/review", a_review("labelled", **says))
    assert (refused.status, "needs a label, and no boxes" in str(refused.body)) == (422, True)


def test_an_unknown_class_is_refused_with_those_that_are_known(ask: Ask, frame_path: str) -> None:
    refused = ask("POST", f"{frame_path}/review", a_review("labelled", label="trailer"))
    assert (refused.status, "'trailer'; ad, content are known" in refused.body["error"]["message"]) == (422, True)


def test_what_a_model_answered_is_not_labelled_but_judged(ask: Ask) -> None:
    answered = detection("ads", classes=("ad", "content"), answered=Answered(label="ad"))
    store(answered)
    refused = ask("POST", f"/detections/{answered.detection_id}/review", a_review("labelled", label="ad"))
    assert (refused.status, "a model answered this one" in refused.body["error"]["message"]) == (422, True)


def test_a_label_settles_a_frame_and_is_taken_back(ask: Ask, frame_path: str, taught: list[Detection]) -> None:
    said = a_review("labelled", label="ad")
    found = [ask("POST", f"{frame_path}/review", said).body for _ in range(3)][-1]
    assert (found["status"], found["truth"], found["revision"]) == ("reviewed", {"boxes": None, "label": "ad"}, 1)
    undone = ask("POST", f"{frame_path}/undo", {"review_id": said["review_id"], "revision": 1}).body
    assert (undone["status"], undone["truth"]) == ("open", None)
    assert [one.status for one in taught] == ["reviewed", "open"]


def test_several_labellers_and_their_agreement_are_counted_and_their_labels_are_no_judgements(ask: Ask) -> None:
    frames = [detection("agreed", **UNANSWERED, reviewers_needed=2) for _ in range(2)]
    judged = detection("agreed", classes=("ad", "content"), answered=Answered(label="ad"))
    store(*frames, judged)
    for who, labels in ((ANN, ("ad", "ad")), (BEN, ("ad", "content"))):
        for one, label in zip(frames, labels, strict=True):
            revision = ask("GET", f"/detections/{one.detection_id}").body["revision"]
            ask("POST", f"/detections/{one.detection_id}/review", a_review("labelled", revision, label=label), who=who)
    ask("POST", f"/detections/{judged.detection_id}/review", a_review("false_positive", label="content"), who=CAT)
    found = ask("GET", "/reviews/agreed").body
    assert (found["open"], found["reviewed"], found["disputed"]) == (0, 2, 1)
    assert (found["verdicts"]["labelled"], found["verdicts"]["false_positive"]) == (4, 1)
    assert found["agreement"] == {"pairs": 2, "alike": 1, "share": 0.5}
    assert found["false_positive_share"] == 1.0
    assert {one["name"]: one["reviews"] for one in found["reviewers"]} == {"ann": 2, "ben": 2, "cat": 1}


def test_frames_are_listed_scene_by_scene_and_not_to_who_labelled_them(ask: Ask) -> None:
    scenes = [f"{number:04}" for number in (2, 0, 1)]
    made = [
        detection("scenes", **UNANSWERED | {"burst": f"evening/{scene}"}, uncertainty=1.0, camera="evening")
        for scene in scenes
    ]
    store(*made)
    ids = [one.detection_id for one in sorted(made, key=lambda one: one.burst)]
    listed = ask("GET", "/detections", domain="scenes").body["detections"]
    assert [one["detection_id"] for one in listed] == ids
    ask("POST", f"/detections/{ids[0]}/review", a_review("labelled", label="ad"))
    listed = ask("GET", "/detections", domain="scenes", camera="evening").body["detections"]
    assert [one["detection_id"] for one in listed] == ids[1:]
