"""Answers of an HTTP API's functions: one shape of refusal for all of them. Pure."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

MESSAGE_LENGTH = 1000


class HttpError(Exception):
    """A refusal: the status, code and message that the caller gets."""

    def __init__(
        self, status: int, code: str, message: str, *, counted: bool = False, more: Mapping[str, Any] | None = None
    ) -> None:
        """`counted`: the domain's error metric has it already, or it is no error. `more`: beside `error`, as JSON."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.counted = counted
        self.more = {} if more is None else more


def request_id(event: Any) -> str:
    """API Gateway's request id, which the logs have too; never fails."""
    context = event.get("requestContext") if isinstance(event, dict) else None
    found = context.get("requestId") if isinstance(context, dict) else None
    return found if isinstance(found, str) and found else str(uuid.uuid4())


def respond(status: int, body: Mapping[str, Any], id_: str) -> dict[str, Any]:
    headers = {"content-type": "application/json"}
    if status in {429, 503}:
        headers["retry-after"] = "2"
    text = json.dumps({**body, "request_id": id_})
    return {"statusCode": status, "headers": headers, "body": text, "isBase64Encoded": False}


def refuse(error: HttpError, id_: str) -> dict[str, Any]:
    body = {"error": {"code": error.code, "message": str(error)[:MESSAGE_LENGTH]}, **error.more}
    return respond(error.status, body, id_)
