"""What the review API answers beside detections."""

from pydantic import Field

from inference.contracts.base import Contract
from inference.contracts.reviews import Detection
from lambdas.common.api_resolver import Problem


class Detections(Contract):
    detections: tuple[Detection, ...]
    next: str | None = Field(default=None, description="`after` of the next page; None: this was the last")


class ReviewConflict(Contract):
    """What was judged is no longer so."""

    error: Problem
    request_id: str
    current: Detection | None = None
