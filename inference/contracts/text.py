"""Text fields of callers' requests."""

from typing import Annotated

from pydantic import AfterValidator, Field


def printable(text: str) -> str:
    """The text itself; raises ValueError for control characters and the like."""
    if not text.isprintable():
        raise ValueError("it has characters that cannot be printed")
    return text


Id = Annotated[str, Field(min_length=1, max_length=256), AfterValidator(printable)]
