"""What a request asks the model, by task: checked before any endpoint is bothered. Pure but for the reader of S3."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from inference.contracts.content_types import JSON, PICTURES, Task
from inference.contracts.limits import MAX_REQUEST_BYTES
from inference.contracts.strict_json import NotJson, strict_loads
from lambdas.common.errors import sentences
from lambdas.router.http import HttpError, Request
from lambdas.router.models import S3Reference, Windows

M = TypeVar("M", bound=BaseModel)
ReadS3 = Callable[[str], bytes]


class Question(NamedTuple):
    body: bytes
    content_type: str
    entity_id: str
    summary: dict[str, Any]
    """For the capture: never the input itself."""


def question(request: Request, task: Task, read_s3: ReadS3) -> Question:
    """Raises HttpError 400, 404, 413, 415 or 422."""
    if not request.body:
        raise HttpError(400, "bad_request", "The body is empty.")
    require_size(len(request.body))
    asked = _picture(request, read_s3) if task == "image_classification" else _windows(request)
    require_size(len(asked.body))
    return asked


def require_size(size: int) -> None:
    """Serverless endpoints take no more. Above about 4.5 MB Lambda's own limit (6 MB with base64) answers first."""
    if size > MAX_REQUEST_BYTES:
        raise HttpError(
            413, "too_large", f"The input has {size} bytes; at most {MAX_REQUEST_BYTES} (4 MB). Send it smaller."
        )


def _picture(request: Request, read_s3: ReadS3) -> Question:
    if request.content_type in PICTURES:
        entity = request.entity_id if request.entity_id is not None else request.id
        summary = {"bytes": len(request.body), "content_type": request.content_type}
        return Question(request.body, request.content_type, entity, summary)
    if request.content_type != JSON:
        raise _unsupported(request, (*PICTURES, JSON))
    reference = _parse(S3Reference, request.body)
    body = read_s3(reference.s3)
    kind = "image/png" if reference.s3.lower().endswith(".png") else "image/jpeg"
    entity = _first(request.entity_id, reference.entity_id, request.id)
    return Question(body, kind, entity, {"bytes": len(body), "content_type": kind, "s3": reference.s3})


def _windows(request: Request) -> Question:
    if request.content_type != JSON:
        raise _unsupported(request, (JSON,))
    asked = _parse(Windows, request.body)
    body = asked.model_dump_json(exclude={"entity_id"}).encode()
    entity = _first(request.entity_id, asked.entity_id, asked.windows[0].module_id)
    summary = {"bytes": len(body), "modules": [window.module_id for window in asked.windows[:20]]}
    return Question(body, JSON, entity, summary)


def _parse(model: type[M], body: bytes) -> M:
    try:
        return model.model_validate(strict_loads(body))
    except ValidationError as error:
        raise HttpError(422, "invalid", f"The body is not a {model.__name__}: {sentences(error)}.") from None
    except NotJson as error:
        raise HttpError(400, "bad_request", f"The body is no JSON: {error}.") from None


def _first(*entities: str | None) -> str:
    return next(entity for entity in entities if entity is not None)


def _unsupported(request: Request, allowed: tuple[str, ...]) -> HttpError:
    return HttpError(
        415, "unsupported_type", f"The content type is {request.content_type!a:.80}; one of {', '.join(allowed)}."
    )
