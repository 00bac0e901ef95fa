"""Frames of recordings that no model answered: from the incoming folder to rows of labels, failures first."""

from hashlib import sha256
from typing import Any

import pytest

from inference.contracts import Split
from inference.contracts.reviews import detection_id
from lambdas.common.detections_table import queue_of, rank_of
from lambdas.common.incoming import IncomingError
from lambdas.common.reviewed_rows import ReviewedRows
from lambdas.data_prep.labelled_images.dataset import assemble
from lambdas.data_prep.labelled_images.labels import Candidate, match
from lambdas.data_prep.labelled_images.pictures import Picture
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.review.logic import NoAnswerError
from tests.unit.review_harness import ID, INCOMING, ReviewHarness, jpeg

SPEC = LabelledImages(prefix="deer/", classes=("ad", "content"), group_columns=("recording",))
FRAME = {"recording": "evening", "scene": "0003", "number": 0}
COPY = f"labelled/{ID}.jpg"


@pytest.fixture
def labelling(review: ReviewHarness) -> ReviewHarness:
    review.open(rows=SPEC.reviewed_rows, task="image_classification")
    return review


def hand_over(review: ReviewHarness, request: str = "r1", **frame: Any) -> dict[str, Any]:
    place = {**FRAME, **frame}
    return review.intake(jpeg(), request, answer=None, release="", entity_id=place["recording"], frame=place)


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ('"frame": {"scene": "0003", "number": 0}', "frame.recording"),
        ('"frame": {"recording": "", "scene": "0003", "number": 0}', "frame.recording"),
        ('"frame": {"recording": "evening", "scene": "0003", "number": -1}', "frame.number"),
        ('"frame": {"recording": "evening", "scene": "0003", "number": 0}, "answer": {}', "one of both"),
        ('"answer": null', "one of both"),
    ],
)
def test_a_frame_without_a_recording_or_with_an_answer_is_refused(
    labelling: ReviewHarness, told: str, fault: str
) -> None:
    line = f'{{"request_id": "r1", "at": "2026-11-22T05:30:00Z", "entity_id": "evening", {told}}}\n'
    labelling.s3.put_object(Bucket="artifacts", Key=INCOMING, Body=line.encode() + jpeg())
    with pytest.raises(IncomingError, match=fault):
        labelling.intake()
    assert labelling.keys("artifacts") == [INCOMING]


@pytest.mark.parametrize("rows", [None, SPEC.model_copy(update={"group_columns": ()}).reviewed_rows])
def test_data_that_would_not_keep_a_recording_whole_take_no_frames(
    review: ReviewHarness, rows: ReviewedRows | None
) -> None:
    """Boxes (None), and pictures without a column that tells recordings."""
    review.open(rows=rows)
    with pytest.raises(NoAnswerError, match="keep recordings whole"):
        hand_over(review)
    assert review.detections.scan()["Items"] == []


@pytest.mark.parametrize(
    ("columns", "taken"),
    [(("recording",), True), (("recording", "scene"), True), (("scene",), False), (("recording", "channel"), False)],
)
def test_frames_are_taken_where_their_rows_can_say_what_belongs_together(columns: tuple[str, ...], taken: bool) -> None:
    rows = SPEC.model_copy(update={"group_columns": columns}).reviewed_rows
    assert bool(rows.frame) is taken


def test_a_frame_that_is_sent_five_times_is_one_and_changes_nothing(labelling: ReviewHarness) -> None:
    statuses = [hand_over(labelling)["status"] for _ in range(3)]
    labelling.settle("labelled", None, label="ad")
    before = labelling.item()
    statuses += [hand_over(labelling)["status"] for _ in range(2)]
    assert statuses == ["stored", *["known"] * 4]
    assert labelling.item() == before
    assert INCOMING not in labelling.keys("artifacts")


def test_the_first_frame_of_each_scene_is_shown_first_and_none_as_a_sample_of_answers(
    labelling: ReviewHarness,
) -> None:
    places = [("0000", 0), ("0000", 1), *((f"{scene:04}", 0) for scene in range(1, 20))]
    for scene, number in places:
        hand_over(labelling, f"{scene}-{number}", scene=scene, number=number)
    found = [labelling.found(detection_id("deer", f"{scene}-{number}")) for scene, number in places]
    assert {queue_of(one) for one in found} == {"deer#open"}
    assert [one.frame.scene for one in sorted(found, key=rank_of) if one.frame] == [
        *(f"{scene:04}" for scene in range(20)),
        "0000",
    ]
    assert {(one.camera, one.release, one.answered.by_nobody) for one in found} == {("evening", "", True)}


def test_a_label_is_a_row_as_an_import_writes_it_and_undone_it_goes(labelling: ReviewHarness) -> None:
    hand_over(labelling)
    labelling.settle("labelled", None, label="ad")
    assert labelling.teach()["status"] == "taught"
    (row,) = labelling.rows()
    assert row == {"imageName": COPY, "label": "ad", "recording": "evening", "scene": "0003"}
    assert labelling.keys("raw") == [f"deer/{COPY}"]
    assert labelling.progress() == {"taught": 1, "labelled": 1}
    labelling.undo()
    assert labelling.teach()["status"] == "taken_away"
    assert (labelling.rows(), labelling.keys("raw"), labelling.progress()) == ([], [], {})


def test_labellers_who_disagree_teach_nothing(labelling: ReviewHarness) -> None:
    hand_over(labelling)
    labelling.settle("labelled", None, label="ad")
    labelling.teach()
    labelling.settle("labelled", None, label="content", status="disputed", reviewer="bob")
    labelling.teach()
    assert (labelling.rows(), labelling.keys("raw")) == ([], [])


def test_an_answered_picture_beside_frames_is_a_review_as_before(labelling: ReviewHarness) -> None:
    answer = {"label": "ad", "confidence": 0.6, "scores": {"ad": 0.6, "content": 0.4}}
    labelling.intake(jpeg(), answer=answer)
    labelling.settle("correct")
    labelling.teach()
    (row,) = labelling.rows()
    assert (row["imageName"], row["reviewedLabel"]) == (f"reviewed/{ID}.jpg", "ad")


def test_labelled_frames_are_originals_that_join_their_recordings_split() -> None:
    """Frames of a recording that was imported in part: no recording straddles, and no split is for reviews alone."""
    rows = [
        {"imageName": name, "label": "ad" if number % 3 else "content", "recording": f"r{recording:02}"}
        for recording in range(30)
        for number in range(8)
        for name in (f"{'labelled/' if number % 2 else ''}r{recording:02}-{number}.jpg",)
    ]
    candidates, rejected = match(rows, {row["imageName"]: 1000 for row in rows}, SPEC)
    assert rejected == []
    dataset = assemble([_picture(one) for one in candidates], [], SPEC, "raw")
    splits: dict[str, set[Split]] = {}
    for item in dataset.items:
        splits.setdefault(item.group, set()).add(item.split)
    assert len(splits) == 30
    assert {len(found) for found in splits.values()} == {1}
    labelled = {item.split for item in dataset.items if item.path.startswith("labelled/")}
    assert labelled == {Split.TRAIN, Split.VALIDATION, Split.TEST}


def _picture(one: Candidate) -> Picture:
    digest = sha256(one.path.encode()).hexdigest()
    return Picture(one.path, one.label, one.reviewed, digest, digest, one.recording, one.occasion)
