"""What the router is told (environment, HTTP requests) and what it answers."""

from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, FailFast, Field, field_validator, model_validator

from inference.contracts.base import Contract
from inference.contracts.content_types import Task
from lambdas.common.environment import FROM_JSON, Environment

Operation = Literal["predict", "model"]


class HttpRoute(NamedTuple):
    method: Literal["GET", "POST"]
    path: str


def http_routes(domain: str) -> dict[Operation, HttpRoute]:
    """All routes of a domain: the stack makes these, and the handler answers these."""
    return {
        "predict": HttpRoute("POST", f"/v1/{domain}/predict"),
        "model": HttpRoute("GET", f"/v1/{domain}/model"),
    }


class RouterEnvironment(Environment):
    domain: str
    task: Task
    releases_table: str | None = None
    pinned_endpoint: str | None = Field(default=None, description="serve this endpoint; no table, no rollout")
    captures_stream: str
    namespace: str = "Vigil"
    patience_ms: int = Field(default=2000, ge=1, description="a challenger slower than this gets the champion's answer")
    slow_ms: float = Field(default=1500, gt=0, description="answers that take longer are counted as slow")
    raw_buckets: Annotated[tuple[str, ...], FROM_JSON] = Field(default=(), description="allowed in S3 references")

    @model_validator(mode="after")
    def _one_source(self) -> "RouterEnvironment":
        if (self.releases_table is None) == (self.pinned_endpoint is None):
            raise ValueError("give either RELEASES_TABLE or PINNED_ENDPOINT")
        return self


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it has characters that cannot be printed")
    return text


Id = Annotated[str, Field(min_length=1, max_length=256), AfterValidator(_printable)]
Value = Annotated[float, Field(strict=True, allow_inf_nan=False)] | Annotated[str, Field(max_length=64)] | None
"""A number, a time, or nothing measured; true and false are none of these."""


class S3Reference(Contract):
    """A picture that is already in S3."""

    s3: Annotated[str, Field(max_length=1100, pattern=r"^s3://[^/]+/.+$"), AfterValidator(_printable)]
    entity_id: Id | None = None

    @field_validator("s3")
    @classmethod
    def _stays_in_its_bucket(cls, uri: str) -> str:
        """An HTTP client takes such a key for a path and leaves the bucket by it."""
        if {".", ".."} & set(uri.split("/")):
            raise ValueError("a key with '.' or '..' between its slashes is not read")
        return uri


class Window(Contract):
    """Recent readings of one module, oldest first; the model knows the columns."""

    module_id: Id
    readings: Annotated[tuple[Annotated[dict[str, Value], Field(max_length=64)], ...], Field(min_length=1), FailFast()]


class Windows(Contract):
    """A tabular request: one window, or a batch of them."""

    windows: Annotated[tuple[Window, ...], Field(min_length=1), FailFast()]
    entity_id: Id | None = None
