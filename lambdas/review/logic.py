"""What an answer is as a detection, and what its reviews are as training data. Pure."""

import json
from datetime import datetime
from typing import Any

from inference.contracts.boxes import FoundBox
from inference.contracts.incoming import Incoming
from inference.contracts.reviews import Answered, Detection, Frame, Truth, Verdict, domain_of
from inference.contracts.tasks.base import Answer, Task
from inference.contracts.traffic import percentile
from lambdas.common.errors import VigilError
from lambdas.common.reviewed_rows import REVIEW, FrameField, ReviewedField, ReviewedRows, raw_path
from lambdas.review.models import ReviewSpec
from lambdas.review.picture import Kept

SAMPLED_PERCENT = 10
_COUNTERS: dict[Verdict, str] = {
    "correct": "correct",
    "false_positive": "false_positives",
    "missed": "missed",
    "corrected": "corrected",
    "labelled": "labelled",
}
"""Verdict -> field of `Progress`."""


class NoAnswerError(VigilError):
    """What was told as an answer is none that people can review. Trying again changes nothing."""


def answered(task: Task, answer: Answer) -> Answered:
    """Raises NoAnswerError."""
    if fault := task.validate(answer):
        raise NoAnswerError(f"The answer is none of task {task.name}: {fault}.")
    found = task.answered(answer)
    if found is None:
        raise NoAnswerError(f"Answers of task {task.name} are not reviewed; take `review` out of the definition.")
    return found


def detection(
    one: str, told: Incoming, task: Task, kept: Kept, burst: str, rows: ReviewedRows, spec: ReviewSpec
) -> Detection:
    """`one`: its id. Raises NoAnswerError."""
    found, uncertainty = _found(told, task, rows)
    return Detection(
        detection_id=one,
        domain=domain_of(one),
        request_id=told.request_id,
        release=told.release,
        at=told.at,
        camera=told.entity_id,
        burst=burst,
        frame=told.frame,
        width=kept.width,
        height=kept.height,
        classes=rows.classes,
        answered=_scaled(found, kept.width / kept.sent_width, kept.height / kept.sent_height),
        uncertainty=uncertainty,
        sampled=told.frame is None and percentile(one) < SAMPLED_PERCENT,
        reviewers_needed=spec.reviewers,
    )


def is_settled(one: Detection) -> bool:
    return one.status == "reviewed" and one.truth is not None


def counted(one: Detection) -> str:
    """Field of `Progress` that it counts in; empty: it is not settled. The verdict is the one whose truth stands."""
    if not is_settled(one):
        return ""
    by_weight = sorted(one.standing, key=lambda review: (review.adjudicates, review.at), reverse=True)
    says = (review for review in by_weight if review.truth(one.answered) == one.truth)
    return _COUNTERS[next(says, by_weight[0]).verdict]


def progress_changes(before: str, after: str) -> dict[str, int]:
    """What the fields of `Progress` change by, when a detection counted in `before` counts in `after`."""
    if before == after:
        return {}
    changes = {name: by for name, by in ((before, -1), (after, 1)) if name}
    return changes if before and after else changes | {"taught": 1 if after else -1}


def row(one: Detection, rows: ReviewedRows) -> dict[str, str]:
    """Of the label table, by its columns."""
    assert one.truth is not None  # is_settled
    if one.frame is not None:
        return {rows.key: raw_path(one), **_frame_columns(one.frame, one.truth, rows)}
    boxes = [box.model_dump() for box in one.truth.boxes or ()]
    values: dict[ReviewedField, str] = {
        "answered": one.answered.label or "",
        "label": one.truth.label or "",
        "boxes": json.dumps(boxes),
        "camera": one.camera,
        "burst": one.burst,
        "source": REVIEW,
    }
    found: dict[str, Any] = {column: values[field] for column, field in rows.columns.items()}
    return {rows.key: raw_path(one), **found}


def taken_at(told: Incoming, kept: Kept) -> datetime:
    """By the camera's own clock where the picture tells it: pictures of days may be sent at once."""
    return kept.taken or told.at


def place_in_recording(frame: Frame) -> dict[str, Any]:
    """Fields of the detection: a scene is a burst, and its first frame stands for it."""
    return {"burst": f"{frame.recording}/{frame.scene}", "follows": frame.number > 0}


def _found(told: Incoming, task: Task, rows: ReviewedRows) -> tuple[Answered, float]:
    """What was answered and how uncertain it is; what nobody answered is as uncertain as can be."""
    if told.answer is not None:
        return answered(task, told.answer), task.uncertainty(told.answer)
    if not rows.frame:
        raise NoAnswerError("Frames are labelled where a domain's data keep recordings whole; this one's do not.")
    return Answered(), 1.0


def _frame_columns(frame: Frame, truth: Truth, rows: ReviewedRows) -> dict[str, str]:
    """As an import of labelled frames writes them."""
    values: dict[FrameField, str] = {"label": truth.label or "", "recording": frame.recording, "scene": frame.scene}
    return {column: values[field] for column, field in rows.frame.items()}


def _scaled(found: Answered, wide: float, high: float) -> Answered:
    if found.boxes is None or wide == high == 1:
        return found
    boxes = tuple(_scaled_box(box, wide, high) for box in found.boxes)
    return found.model_copy(update={"boxes": boxes})


def _scaled_box(box: FoundBox, wide: float, high: float) -> FoundBox:
    place = {"x": box.x * wide, "y": box.y * high, "width": box.width * wide, "height": box.height * high}
    return box.model_copy(update=place)
