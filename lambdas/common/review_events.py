"""Events of a domain's review function, which others invoke asynchronously: an event may come twice, or late."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from inference.contracts.base import Contract
from inference.contracts.reviews import DETECTION_ID

DetectionId = Annotated[str, Field(pattern=DETECTION_ID)]


class Intake(Contract):
    """A prediction was answered, and its picture lies in the incoming folder: it becomes a detection."""

    action: Literal["intake"] = "intake"
    detection_id: DetectionId
    request_id: str
    at: AwareDatetime
    release: str
    entity_id: str = Field(description="what sent the picture; the request's id where it told none")
    content_type: str
    answer: dict[str, Any] = Field(description="the model's, with what callers do not get")


class Teach(Contract):
    """A detection was reviewed, or a review of it undone: the training data follow."""

    action: Literal["teach"] = "teach"
    detection_id: DetectionId


class Sweep(Contract):
    """What was reviewed and is not in the training data yet, as the invocation was lost."""

    action: Literal["sweep"] = "sweep"


ReviewEvent = Annotated[Intake | Teach | Sweep, Field(discriminator="action")]
