"""What the router leaves in the incoming folder: one object with all that makes a detection, so one write is enough.

Its first line is an `Incoming` as JSON; the picture's bytes follow. S3's user-defined metadata would hold 2 KB of it
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html), and a detector may answer a thousand boxes.
"""

from typing import Any

from pydantic import AwareDatetime, Field, ValidationError

from inference.contracts.base import Contract
from lambdas.common.errors import VigilError, sentences


class IncomingError(VigilError):
    """The object is not what the router writes. Trying again changes nothing."""


class Incoming(Contract):
    """An answered prediction, without its picture."""

    request_id: str
    at: AwareDatetime
    release: str
    entity_id: str = Field(description="what sent the picture; the request's id where it told none")
    answer: dict[str, Any] = Field(description="the model's, with what callers do not get")


def pack(told: Incoming, picture: bytes) -> bytes:
    """JSON escapes line breaks, so the first one ends it."""
    return told.model_dump_json().encode() + b"\n" + picture


def unpack(body: bytes) -> tuple[Incoming, bytes]:
    """What was told, and the picture. Raises IncomingError."""
    line, _, picture = body.partition(b"\n")
    try:
        return Incoming.model_validate_json(line), picture
    except ValidationError as error:
        told = f"The first line of the {len(body)} bytes is no answered prediction: {sentences(error)}."
        raise IncomingError(told) from error
