"""Object detection: the bytes of one picture in, or where they are in S3; boxes with their classes and scores out."""

from collections.abc import Iterator, Sequence
from typing import Any, Self, TypeVar

from pydantic import Field, ValidationError, model_validator

from inference.contracts.base import Contract
from inference.contracts.boxes import MOST_BOXES, FoundBox, LabelledBox, iou
from inference.contracts.boxes_item import EMPTY
from inference.contracts.reviews import Answered
from inference.contracts.tasks.base import Answer, AnsweredItem
from inference.contracts.tasks.pictures import AsksAboutAPicture

A = TypeVar("A", bound=LabelledBox)
B = TypeVar("B", bound=LabelledBox)
FLOOR = 0.05
"""Boxes that score less are in no answer."""
SAME_OBJECT, SAME_BOX = 0.5, 0.8
"""Intersection over union from which two models mean the same object; and one model, twice, the same box."""


class Detections(Contract):
    """All boxes of one picture, in pixels of the upright picture as it was sent. Callers get those at `threshold`."""

    width: int = Field(ge=1)
    height: int = Field(ge=1)
    classes: tuple[str, ...] = Field(min_length=1)
    threshold: float = Field(ge=0, le=1)
    boxes: tuple[FoundBox, ...] = Field(max_length=MOST_BOXES, description="best first")
    features: dict[str, float] = Field(default={}, description="of the input, for the capture; callers do not get them")

    @model_validator(mode="after")
    def _known_classes_best_first(self) -> Self:
        unknown = sorted({box.label for box in self.boxes} - set(self.classes))
        if unknown:
            raise ValueError(f"boxes are labelled {', '.join(unknown)}; {', '.join(self.classes)} are known")
        scores = [box.score for box in self.boxes]
        if scores != sorted(scores, reverse=True):
            raise ValueError("the best box comes first")
        return self

    @property
    def told(self) -> tuple[FoundBox, ...]:
        """Boxes that callers get."""
        return tuple(box for box in self.boxes if box.score >= self.threshold)

    @property
    def label(self) -> str:
        """The class of the best box that callers get, or `EMPTY`."""
        return next((box.label for box in self.told), EMPTY)

    @property
    def scores(self) -> dict[str, float]:
        """Class -> its best box's score, whether or not callers get it; 0 without a box."""
        return {name: max((b.score for b in self.boxes if b.label == name), default=0.0) for name in self.classes}


class ObjectDetection(AsksAboutAPicture):
    """An answer is `Detections`."""

    name = "object_detection"
    predictor = "inference.object_detection.predictor"

    def validate(self, answer: Any) -> str:
        try:
            Detections.model_validate(answer)
        except ValidationError as error:
            one = error.errors()[0]
            place = ".".join(map(str, one["loc"]))
            return (
                f"boxes with the picture's width and height are expected ({place + ': ' if place else ''}{one['msg']})"
            )
        return ""

    def for_caller(self, answer: Answer) -> Answer:
        told = [box for box in answer["boxes"] if box["score"] >= answer["threshold"]]
        return {name: value for name, value in answer.items() if name != "features"} | {"boxes": told}

    def items(self, answer: Answer) -> list[AnsweredItem]:
        found = Detections.model_validate(answer)
        return [AnsweredItem(found.label, found.scores, found.features)]

    def agrees(self, one: Answer, other: Answer) -> bool:
        ours, theirs = Detections.model_validate(one).told, Detections.model_validate(other).told
        return len(ours) == len(theirs) and all(other is not None for _, other in pairs(ours, theirs, SAME_OBJECT))

    def golden_fault(self, expected: Answer, answer: Answer, tolerance: float) -> str:
        """Each told box has its like among the other's boxes; one about as good as the threshold need not be told."""
        wanted, found = Detections.model_validate(expected), Detections.model_validate(answer)
        if (wanted.width, wanted.height) != (found.width, found.height):
            return f"a picture of {wanted.width} x {wanted.height} pixels was read as {found.width} x {found.height}"
        for one, other, verb in ((wanted, found, "is not"), (found, wanted, "alone is")):
            for box, like in pairs(one.told, other.boxes, SAME_BOX):
                if like is None and box.score > one.threshold + tolerance:
                    return f"a box of {box.label!r} that scores {box.score:.3f} {verb} found at that place"
                if like is not None and abs(like.score - box.score) > tolerance:
                    return (
                        f"a score is off by {abs(like.score - box.score):.4f}; at most {tolerance} of {box.score:.4f}"
                    )
        return ""

    def answered(self, answer: Answer) -> Answered | None:
        found = Detections.model_validate(answer)
        return Answered(boxes=found.boxes, threshold=found.threshold)

    def uncertainty(self, answer: Answer) -> float:
        """How near to the threshold the box is that is nearest to it: 1 at it, 0 at the scores 0 and 1; no box: 0."""
        found = Detections.model_validate(answer)
        limit = found.threshold
        return max(
            (b.score / limit if b.score < limit else (1 - b.score) / max(1 - limit, 1e-9) for b in found.boxes),
            default=0.0,
        )


def pairs(ones: Sequence[A], others: Sequence[B], least: float) -> Iterator[tuple[A, B | None]]:
    """Each of `ones` in turn with the free box of its class that it overlaps most, by `least` at least, or None."""
    free = list(others)
    for box in ones:
        same = [other for other in free if other.label == box.label and iou(box, other) >= least]
        best = max(same, key=lambda other: iou(box, other), default=None)
        if best is not None:
            free.remove(best)
        yield box, best
