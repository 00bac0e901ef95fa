"""What a domain says of its reviews, and the review function's variables, events and results."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, field_validator, model_validator

from inference.contracts.base import Contract
from inference.contracts.tasks import TaskName
from lambdas.common.artifacts import RETENTIONS_DAYS
from lambdas.common.function_variables import FROM_JSON, FunctionVariables
from lambdas.common.review_events import Intake, ReviewEvent, Sweep, Teach
from lambdas.common.reviewed_rows import ReviewedRows

__all__ = ["EVENTS", "Intake", "Redaction", "ReviewEvent", "ReviewSpec", "ReviewVariables", "Sweep", "Teach"]
EVENTS: TypeAdapter[Any] = TypeAdapter(ReviewEvent)


class Redaction(Contract):
    """A rectangle that is blanked before a picture is stored, as fractions of the upright picture."""

    camera: str | None = Field(default=None, description="None: every camera's pictures")
    left: float = Field(ge=0, le=1)
    top: float = Field(ge=0, le=1)
    right: float = Field(ge=0, le=1)
    bottom: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _has_area(self) -> "Redaction":
        if not (self.left < self.right and self.top < self.bottom):
            raise ValueError("a rectangle's left is below its right, its top below its bottom")
        return self


class ReviewSpec(Contract):
    """Which predictions people review, and how their pictures are kept."""

    share: float = Field(default=1.0, ge=0, le=1, description="of requests, by the hash of their id")
    uncertain_above: float = Field(
        default=1.0, ge=0, le=1, description="answers that are more uncertain are always kept"
    )
    reviewers: int = Field(default=1, ge=1, le=5, description="standing reviews that agree settle a detection")
    retention_days: int = Field(default=90, description=f"of a detection and its picture: one of {RETENTIONS_DAYS}")
    max_side: int = Field(default=1600, ge=64, le=8000, description="pixels of a stored picture's longer side")
    redact: tuple[Redaction, ...] = ()
    burst_gap_s: float = Field(
        default=30.0, ge=0, description="pictures of one camera that follow within it are one burst"
    )

    @property
    def wants_predictions(self) -> bool:
        """Without any, people label frames of recordings alone."""
        return self.share > 0 or self.uncertain_above < 1

    @field_validator("retention_days")
    @classmethod
    def _has_a_rule(cls, days: int) -> int:
        if days not in RETENTIONS_DAYS:
            raise ValueError(
                f"is {days}; the bucket has lifecycle rules for {', '.join(map(str, RETENTIONS_DAYS))} days"
            )
        return days


class ReviewVariables(FunctionVariables):
    domain: str
    task: TaskName
    detections_table: str
    artifacts_bucket: str
    raw_bucket: str
    raw_prefix: str = Field(description="ends with a slash, or is empty")
    labels_table: str
    rows: Annotated[ReviewedRows, FROM_JSON]
    review: Annotated[ReviewSpec, FROM_JSON]
    namespace: str = "Vigil"
    retraining_function: str | None = Field(default=None, description="is told of what was taught; None: there is none")


class ReviewResult(Contract):
    status: Literal["stored", "known", "taught", "taken_away", "nothing_new", "swept"]
    detections: int = Field(default=1, ge=0, description="that changed, of a sweep; of other events the one it names")
