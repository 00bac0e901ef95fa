"""From settled reviews to training data, failures first."""

import json

import pytest
from botocore.exceptions import ClientError

from lambdas.data_prep.labelled_images.labels import Candidate, match
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.review import stage
from lambdas.review.clients import PictureMissingError
from lambdas.review.stage import BusyError
from tests.unit.review_harness import BOX, COPY, ID, KEPT, ReviewHarness, jpeg


def test_a_detection_that_is_gone_teaches_nothing(review: ReviewHarness) -> None:
    assert review.teach() == {"status": "nothing_new", "detections": 0}


def test_what_nobody_reviewed_teaches_nothing(seen: ReviewHarness) -> None:
    assert seen.teach()["status"] == "nothing_new"
    assert (seen.rows(), seen.keys("raw"), seen.progress(), seen.told) == ([], [], {}, 0)


def test_a_picture_whose_retention_is_over_is_named(seen: ReviewHarness) -> None:
    seen.settle()
    seen.s3.delete_object(Bucket="artifacts", Key=KEPT)
    with pytest.raises(PictureMissingError, match=KEPT):
        seen.teach()
    assert (seen.rows(), seen.progress()) == ([], {})


def test_a_settled_review_is_a_picture_and_a_row_of_the_training_data(seen: ReviewHarness) -> None:
    seen.settle("missed", [BOX, {**BOX, "x": 150.0}])
    assert seen.teach()["status"] == "taught"
    (row,) = seen.rows()
    assert row | {"boxes": json.loads(row["boxes"])} == {
        "imageName": f"reviewed/{ID}.jpg",
        "boxes": [BOX, {**BOX, "x": 150.0}],
        "camera": "camera-1",
        "event": seen.found().burst,
        "source": "review",
    }
    assert seen.keys("raw") == [COPY]
    copy = seen.s3.get_object(Bucket="raw", Key=COPY)["Body"].read()
    assert copy == seen.s3.get_object(Bucket="artifacts", Key=KEPT)["Body"].read()
    assert seen.progress() == {"taught": 1, "missed": 1}
    assert seen.found().taught == 1


@pytest.mark.parametrize(
    ("verdict", "boxes", "field"),
    [("correct", [BOX], "correct"), ("false_positive", [], "false_positives")]
    + [("corrected", [{**BOX, "x": 20.0}], "corrected")],
)
def test_each_verdict_is_the_truth_it_means(seen: ReviewHarness, verdict: str, boxes: list, field: str) -> None:
    seen.settle(verdict, boxes)
    seen.teach()
    (row,) = seen.rows()
    assert json.loads(row["boxes"]) == boxes
    assert seen.progress() == {"taught": 1, field: 1}


def test_ten_deliveries_count_once(seen: ReviewHarness) -> None:
    seen.settle()
    statuses = [seen.teach()["status"] for _ in range(10)]
    assert statuses == ["taught", *["nothing_new"] * 9]
    assert seen.progress() == {"taught": 1, "missed": 1}
    assert (len(seen.rows()), seen.keys("raw"), seen.told) == (1, [COPY], 1)


def test_undoing_takes_row_and_copy_away_and_counts_it_no_longer(seen: ReviewHarness) -> None:
    seen.settle()
    seen.teach()
    seen.undo()
    assert [seen.teach()["status"] for _ in range(3)] == ["taken_away", "nothing_new", "nothing_new"]
    assert (seen.rows(), seen.keys("raw"), seen.progress()) == ([], [], {})
    assert KEPT in seen.keys("artifacts")


def test_a_dispute_takes_it_away_and_its_end_brings_it_back(seen: ReviewHarness) -> None:
    seen.settle("correct")
    seen.teach()
    seen.settle("false_positive", status="disputed", reviewer="bob")
    assert seen.teach()["status"] == "taken_away"
    assert (seen.rows(), seen.keys("raw"), seen.progress()) == ([], [], {})
    seen.settle("false_positive", reviewer="cleo", adjudicates=True)
    assert seen.teach()["status"] == "taught"
    assert seen.progress() == {"taught": 1, "false_positives": 1}


def test_another_verdict_replaces_the_row_and_counts_once(seen: ReviewHarness) -> None:
    seen.settle("correct")
    seen.teach()
    seen.settle("false_positive")
    seen.teach()
    (row,) = seen.rows()
    assert row["boxes"] == "[]"
    assert seen.progress() == {"taught": 1, "false_positives": 1}


def test_a_crash_between_the_copy_and_the_row_is_made_good(
    seen: ReviewHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen.settle()
    with monkeypatch.context() as broken:
        broken.setattr(seen.stage.table, "teach", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            seen.teach()
    assert (seen.rows(), seen.keys("raw"), seen.found().taught) == ([], [COPY], 0)
    assert seen.teach()["status"] == "taught"
    assert (len(seen.rows()), seen.progress()) == (1, {"taught": 1, "missed": 1})


def test_a_crash_after_an_undone_row_leaves_no_picture_once_it_is_told_again(
    seen: ReviewHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen.settle()
    seen.teach()
    seen.undo()
    with monkeypatch.context() as broken:
        broken.setattr(seen.stage.raw, "remove", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            seen.teach()
    assert seen.keys("raw") == [COPY]
    assert seen.teach()["status"] == "nothing_new"
    assert seen.keys("raw") == []


def test_a_review_that_is_undone_while_it_is_taught_is_not_taught(
    seen: ReviewHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen.settle()
    really = seen.stage.table.teach

    def undone_meanwhile(*args: object, **more: bool) -> bool:
        monkeypatch.setattr(seen.stage.table, "teach", really)
        seen.undo()
        return really(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(seen.stage.table, "teach", undone_meanwhile)
    assert seen.teach()["status"] == "taken_away"
    assert (seen.rows(), seen.keys("raw"), seen.progress()) == ([], [], {})


def test_a_detection_that_keeps_changing_is_left_for_later(
    seen: ReviewHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen.settle()
    monkeypatch.setattr(seen.stage.table, "teach", lambda *_, **__: False)
    monkeypatch.setattr(stage, "_PAUSE_S", 0)
    with pytest.raises(BusyError, match=ID):
        seen.teach()


def test_a_table_that_refuses_is_no_race(seen: ReviewHarness) -> None:
    seen.settle()
    seen.stage = seen.stage._replace(env=seen.env.model_copy(update={"labels_table": "gone"}))
    with pytest.raises(ClientError, match="ResourceNotFound"):
        seen.teach()
    assert seen.progress() == {}


def test_a_trigger_that_cannot_be_told_loses_nothing(seen: ReviewHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses() -> None:
        raise ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke")

    monkeypatch.setattr(seen.stage.retraining, "tell", refuses)
    seen.settle()
    assert seen.teach()["status"] == "taught"


def test_reviews_of_labelled_pictures_are_labels_that_data_prep_reads(review: ReviewHarness) -> None:
    spec = LabelledImages(prefix="deer/", classes=("Boots", "Wolf"), group_columns=("recording",))
    review.open(rows=spec.reviewed_rows, task="image_classification")
    review.intake(jpeg(), answer={"label": "Boots", "confidence": 0.6, "scores": {"Boots": 0.6, "Wolf": 0.4}})
    review.settle("corrected", None, label="Wolf")
    review.teach()
    (row,) = review.rows()
    assert row == {
        "imageName": f"reviewed/{ID}.jpg",
        "label": "Boots",
        "reviewedLabel": "Wolf",
        "recording": review.found().burst,
    }
    (candidate,), rejected = match(review.rows(), {row["imageName"]: 1000}, spec)
    assert (candidate.path, candidate.label, candidate.reviewed) == (row["imageName"], "Wolf", True)
    assert isinstance(candidate, Candidate)
    assert rejected == []
    assert review.progress() == {"taught": 1, "corrected": 1}
