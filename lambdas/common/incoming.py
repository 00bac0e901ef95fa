"""Reads what lies in the incoming folder."""

from pydantic import ValidationError

from inference.contracts.incoming import Incoming
from lambdas.common.errors import VigilError, sentences


class IncomingError(VigilError):
    """The object is not what `inference/contracts/incoming.py` packs. Trying again changes nothing."""


def unpack(body: bytes) -> tuple[Incoming, bytes]:
    """What was told, and the picture. Raises IncomingError."""
    line, _, picture = body.partition(b"\n")
    try:
        return Incoming.model_validate_json(line), picture
    except ValidationError as error:
        told = f"The first line of the {len(body)} bytes is no answered prediction and no frame: {sentences(error)}."
        raise IncomingError(told) from error
