"""What comes into the incoming folder: one object with all that makes a detection, so one write is enough.

Its first line is an `Incoming` as JSON; the picture's bytes follow. S3's user-defined metadata would hold 2 KB of it
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html), and a detector may answer a thousand boxes.
"""

from typing import Any, Self

from pydantic import AwareDatetime, Field, model_validator

from inference.contracts.base import Contract
from inference.contracts.reviews import Frame

RETENTION_TAG = "retention_days"
"""Of objects below `detections/`: the bucket has a lifecycle rule a value, as a prefix cannot name every domain."""
INCOMING_DAYS = 1


class Incoming(Contract):
    """An answered prediction, or a frame of a recording that nobody has answered; without its picture."""

    request_id: str
    at: AwareDatetime
    release: str = Field(default="", description="empty: no release answered")
    entity_id: str = Field(
        description="what sent the picture, the request's id where it told none; of a frame, its recording"
    )
    answer: dict[str, Any] | None = Field(default=None, description="the model's, with what callers do not get")
    frame: Frame | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.answer is None) == (self.frame is None):
            raise ValueError("it has an answer (a prediction) or a frame (of a recording), one of both")
        return self


def pack(told: Incoming, picture: bytes) -> bytes:
    """JSON escapes line breaks, so the first one ends it."""
    return told.model_dump_json().encode() + b"\n" + picture
