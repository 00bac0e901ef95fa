"""Where a list of detections goes on: text that clients hand back as they got it. Pure.

It holds places within the queues of the list that was asked for, and names no queue: a forged one leads nowhere else.
"""

import base64
import json
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from inference.contracts.base import Contract
from inference.contracts.reviews import Status
from lambdas.common.http_answers import HttpError
from lambdas.review_api.models import Order

LONGEST = 6_000
"""Characters; API Gateway takes 10,240 bytes of request line and headers."""
Place = Annotated[str, Field(min_length=1, max_length=300)]


class Listing(Contract):
    """Which detections are listed, and in which order."""

    domain: str
    order: Order
    status: Status
    camera: str | None = None

    @property
    def name(self) -> str:
        return sha256(self.model_dump_json().encode()).hexdigest()[:12]


class Cursor(Contract):
    listing: str = Field(max_length=12)
    places: dict[Literal["open", "sampled", "reviewed", "disputed"], Place] = Field(
        default={}, description="queue -> place of the last one that was passed"
    )
    shown: int = Field(default=0, ge=0, le=10**9, description="of the queues open and sampled together")
    sampled: int = Field(default=0, ge=0, le=10**9, description="of them from the queue sampled")
    burst: str = Field(default="", max_length=300, description="that the last page ended in")
    ahead: tuple[Annotated[str, Field(max_length=10)], ...] = Field(
        default=(), max_length=200, description="ends of ids behind the places that were shown with their burst"
    )


def first(listing: Listing) -> Cursor:
    return Cursor(listing=listing.name)


def encode(cursor: Cursor) -> str:
    text = json.dumps(cursor.model_dump(exclude_defaults=True), separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str, listing: Listing) -> Cursor:
    """Raises HttpError 422 for what is no cursor of this list."""
    try:
        found = Cursor.model_validate_json(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValidationError, ValueError):
        found = None
    if found is None or found.listing != listing.name:
        told = "`after` is no cursor of this list; take `next` of the page before, asked for in the same words."
        raise HttpError(422, "bad_cursor", told)
    return found
