"""Events of a domain's review function, which others invoke asynchronously: an event may come twice, or late."""

from typing import Annotated, Literal

from pydantic import Field

from inference.contracts.base import Contract
from inference.contracts.reviews import DETECTION_ID

DetectionId = Annotated[str, Field(pattern=DETECTION_ID)]


class Intake(Contract):
    """An answered prediction lies in the incoming folder: it becomes a detection now, instead of by the next sweep."""

    action: Literal["intake"] = "intake"
    detection_id: DetectionId


class Teach(Contract):
    """A detection was reviewed, or a review of it undone: the training data follow."""

    action: Literal["teach"] = "teach"
    detection_id: DetectionId


class Sweep(Contract):
    """What was reviewed and is not taught yet, and what waits in the incoming folder, as the invocations were lost."""

    action: Literal["sweep"] = "sweep"
    waited_s: float = Field(
        default=600, ge=0, description="incoming ones that came later are left to their own events and their retries"
    )


ReviewEvent = Annotated[Intake | Teach | Sweep, Field(discriminator="action")]
