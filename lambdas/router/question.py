"""From a caller's request to the model's, checked before any endpoint is asked. Pure but for the reader of S3."""

from pydantic import ValidationError

from inference.contracts.limits import MAX_REQUEST_BYTES
from inference.contracts.strict_json import NotJson
from inference.contracts.tasks.base import Question, ReadS3, Task
from lambdas.common.errors import sentences
from lambdas.router.http import HttpError, Request


def question(request: Request, task: Task, read_s3: ReadS3) -> Question:
    """Raises HttpError 400, 404, 413, 415 or 422."""
    if not request.body:
        raise HttpError(400, "bad_request", "The body is empty.")
    require_size(len(request.body))
    if request.content_type not in task.accepts:
        allowed = ", ".join(task.accepts)
        raise HttpError(415, "unsupported_type", f"The content type is {request.content_type!a:.80}; one of {allowed}.")
    try:
        asked = task.question(request, read_s3)
    except ValidationError as error:
        raise HttpError(422, "invalid", f"The body is not a {error.title}: {sentences(error)}.") from None
    except NotJson as error:
        raise HttpError(400, "bad_request", f"The body is no JSON: {error}.") from None
    require_size(len(asked.body))
    return asked


def require_size(size: int) -> None:
    """Serverless endpoints take no more. Above about 4.5 MB Lambda's own limit (6 MB with base64) answers first."""
    if size > MAX_REQUEST_BYTES:
        raise HttpError(
            413, "too_large", f"The input has {size} bytes; at most {MAX_REQUEST_BYTES} (4 MB). Send it smaller."
        )
