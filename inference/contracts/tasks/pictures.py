"""What tasks have in common that read one picture: its bytes, or where they are in S3."""

from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from inference.contracts.base import Contract
from inference.contracts.strict_json import strict_loads
from inference.contracts.tasks.base import JSON, Question, ReadS3, Request, first
from inference.contracts.text import Id, printable

PICTURES = ("image/jpeg", "image/png", "application/x-image")


class S3Reference(Contract):
    """A picture that is already in S3."""

    s3: Annotated[str, Field(max_length=1100, pattern=r"^s3://[^/]+/.+$"), AfterValidator(printable)]
    entity_id: Id | None = None

    @field_validator("s3")
    @classmethod
    def _stays_in_its_bucket(cls, uri: str) -> str:
        """An HTTP client takes such a key for a path and leaves the bucket by it."""
        if {".", ".."} & set(uri.split("/")):
            raise ValueError("a key with '.' or '..' between its slashes is not read")
        return uri


class AsksAboutAPicture:
    """The question's half of a task."""

    reads: tuple[str, ...] = PICTURES
    accepts: tuple[str, ...] = (*PICTURES, JSON)

    def question(self, request: Request, read_s3: ReadS3) -> Question:
        if request.content_type in self.reads:
            summary = {"bytes": len(request.body), "content_type": request.content_type}
            return Question(request.body, request.content_type, first(request.entity_id, request.id), summary)
        reference = S3Reference.model_validate(strict_loads(request.body))
        body = read_s3(reference.s3)
        kind = "image/png" if reference.s3.lower().endswith(".png") else "image/jpeg"
        entity = first(request.entity_id, reference.entity_id, request.id)
        return Question(body, kind, entity, {"bytes": len(body), "content_type": kind, "s3": reference.s3})
