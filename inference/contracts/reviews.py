"""What people say of predictions.

A *detection* is a prediction that is kept, with its picture, for people to look at. A *review* is one person's verdict
on it. What reviews settle becomes training data.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from inference.contracts.base import Contract
from inference.contracts.boxes import MOST_BOXES, FoundBox, LabelledBox

DETECTION_ID = r"^[a-z0-9]{1,13}-[0-9a-f]{24}$"
REVIEW_ID = r"^[A-Za-z0-9_-]{8,64}$"
Verdict = Literal["correct", "false_positive", "missed", "corrected", "labelled"]
"""`correct`: the answer is the truth. `false_positive`: nothing of what was found is there. `missed`: there is more
than was found. `corrected`: what is there has another class or place. `labelled`: of a frame that no model answered.
The last three carry the whole truth."""
Status = Literal["open", "reviewed", "disputed"]
Label = Annotated[str, Field(min_length=1, max_length=100)]


def detection_id(domain: str, request_id: str) -> str:
    """The same for a request that is told of twice."""
    return f"{domain}-{sha256(f'{domain}/{request_id}'.encode()).hexdigest()[:24]}"


def domain_of(detection: str) -> str:
    return detection.partition("-")[0]


class Frame(Contract):
    """Where in a recording a picture is from that no model answered: people say of which class it is."""

    recording: str = Field(min_length=1, max_length=200, description="pictures of one stay together in one split")
    scene: str = Field(min_length=1, max_length=100)
    number: int = Field(ge=0, description="of the scene's frames; the first is 0")


class Answered(Contract):
    """What a model answered, as far as people judge it: boxes, or one label; neither of a frame."""

    boxes: tuple[FoundBox, ...] | None = Field(default=None, description="None: the task answers no boxes")
    label: Label | None = Field(default=None, description="None: the task answers no one label")
    threshold: float | None = Field(default=None, description="boxes of a lower score were not told to the caller")

    @property
    def by_nobody(self) -> bool:
        return self.boxes is None and self.label is None

    @property
    def told(self) -> tuple[FoundBox, ...]:
        """Boxes that the caller got."""
        return tuple(box for box in self.boxes or () if box.score >= (self.threshold or 0))


class Truth(Contract):
    """What is in the picture."""

    boxes: tuple[LabelledBox, ...] | None = Field(default=None, max_length=MOST_BOXES)
    label: Label | None = None


class ReviewRequest(Contract):
    """What a reviewer sends."""

    review_id: str = Field(pattern=REVIEW_ID, description="made by who sends it; sent twice, it counts once")
    revision: int = Field(ge=0, description="of the detection that was judged; another one: 409")
    verdict: Verdict
    boxes: tuple[LabelledBox, ...] | None = Field(
        default=None, max_length=MOST_BOXES, description="all boxes there are, with `missed` and `corrected`"
    )
    label: Label | None = Field(default=None, description="the right class, where the task answers one label")
    confidence: float = Field(default=1.0, ge=0, le=1, description="how sure the reviewer is")
    note: str = Field(default="", max_length=1000)

    @model_validator(mode="after")
    def _says_the_truth(self) -> Self:
        says = self.boxes is not None or self.label is not None
        if self.verdict == "labelled" and (self.label is None or self.boxes is not None):
            raise ValueError("verdict 'labelled' needs a label, and no boxes")
        if self.verdict in ("missed", "corrected") and not says:
            raise ValueError(f"verdict {self.verdict!r} needs what is there: boxes (all of them), or label")
        if self.verdict == "correct" and says:
            raise ValueError("verdict 'correct' takes no boxes and no label: the answer is the truth")
        if self.verdict == "false_positive" and self.boxes:
            raise ValueError("verdict 'false_positive' takes no boxes; use 'corrected' where something is there")
        if self.verdict == "missed" and self.boxes is not None and not self.boxes:
            raise ValueError("verdict 'missed' needs at least one box; use 'false_positive' where nothing is there")
        return self

    def truth(self, answered: Answered) -> Truth:
        """What is in the picture, by this review of that answer. Raises ValueError where it does not say."""
        if answered.by_nobody and self.verdict != "labelled":
            raise ValueError("no model answered this one; say with verdict 'labelled' and a label what it is")
        if self.verdict == "labelled" and not answered.by_nobody:
            raise ValueError("a model answered this one; verdict 'labelled' is for frames that none did")
        if self.verdict == "correct":
            told = tuple(LabelledBox(**box.model_dump(exclude={"score"})) for box in answered.told)
            return Truth(boxes=None if answered.boxes is None else told, label=answered.label)
        if answered.boxes is not None:
            if self.label is not None:
                raise ValueError("this answer has boxes and no label; say each box's label")
            return Truth(boxes=self.boxes or ())
        if self.label is None or self.boxes is not None:
            raise ValueError(f"this answer has a label; say the right one with verdict {self.verdict!r}, and no boxes")
        return Truth(label=self.label)


class Review(ReviewRequest):
    """As it is kept."""

    reviewer: str
    at: AwareDatetime
    adjudicates: bool = Field(default=False, description="decides a dispute")
    undone_at: AwareDatetime | None = Field(default=None, description="taken back by its reviewer; kept as history")


class Detection(Contract):
    """A prediction that people review, or a frame that they label. Its picture is stored beside it."""

    detection_id: str = Field(pattern=DETECTION_ID)
    domain: str
    request_id: str
    release: str = Field(description="that answered; empty: none did")
    at: AwareDatetime
    camera: str = Field(description="what sent the picture: the request's entity; of a frame, its recording")
    burst: str = Field(description="pictures of one camera that follow each other closely have the same")
    frame: Frame | None = Field(default=None, description="None: a model answered it")
    follows: bool = Field(default=False, description="another of its burst came before it, and stands for the burst")
    width: int = Field(ge=1, description="of the picture as stored and as boxes are measured, in pixels")
    height: int = Field(ge=1)
    classes: tuple[str, ...]
    answered: Answered
    uncertainty: float = Field(ge=0, le=1, description="1: as uncertain as can be")
    sampled: bool = Field(description="one of the tenth that is shown at random, whatever its uncertainty")
    reviewers_needed: int = Field(default=1, ge=1, le=9, description="standing reviews alike that settle it")
    status: Status = "open"
    revision: int = Field(default=0, ge=0, description="raised by every change")
    reviews: tuple[Review, ...] = Field(default=(), description="oldest first, undone ones among them")
    truth: Truth | None = Field(default=None, description="what the reviews settle; None: nothing yet")
    taught: int = Field(default=0, ge=0, description="revision that was last written to the training data; 0: none")

    @property
    def standing(self) -> Sequence[Review]:
        """Reviews that are not undone, the newest of each reviewer, oldest first."""
        newest = {one.reviewer: one for one in self.reviews if one.undone_at is None}
        return sorted(newest.values(), key=lambda one: one.at)
