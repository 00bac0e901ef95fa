"""HTTP API events (payload format 2.0) in. Pure.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
from collections.abc import Mapping
from typing import Any, NamedTuple

from lambdas.common.http_answers import HttpError, refuse, request_id, respond

__all__ = ["HttpError", "Request", "parse", "refuse", "request_id", "respond"]
MAX_ENTITY_ID = 256
QUERY = frozenset({"entity_id"})


class Request(NamedTuple):
    id: str
    method: str
    path: str
    content_type: str
    body: bytes
    entity_id: str | None
    """From the header `x-entity-id` or the query's `entity_id`: traffic is split by it."""


def parse(event: Any) -> Request:
    """Raises HttpError 400 for what is no HTTP request."""
    try:
        http = event["requestContext"]["http"]
        headers = {str(name).lower(): str(value) for name, value in _mapping(event.get("headers")).items()}
        query = _query(event)
        return Request(
            request_id(event),
            str(http["method"]).upper(),
            str(event["rawPath"]),
            headers.get("content-type", "").split(";")[0].strip().lower(),
            _body(event),
            _entity(headers.get("x-entity-id"), query.get("entity_id")),
        )
    except (KeyError, TypeError, AttributeError):
        raise HttpError(400, "bad_request", "This is no request of an HTTP API (payload format 2.0).") from None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _query(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Raises HttpError 400 for an unknown parameter; those of a signed URL are allowed."""
    query = _mapping(event.get("queryStringParameters"))
    for name in query:
        if name not in QUERY and not str(name).lower().startswith("x-amz-"):
            raise HttpError(400, "bad_request", f"The query has {name!a:.80}; only {', '.join(QUERY)} is read.")
    return query


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body")
    if not isinstance(body, str):
        return b""
    if not event.get("isBase64Encoded", False):
        try:
            return body.encode()
        except UnicodeEncodeError:
            raise HttpError(400, "bad_request", "The body has characters that are no Unicode text.") from None
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:  # of which binascii.Error is one kind
        raise HttpError(400, "bad_request", "The body says that it is base64, but it is not.") from None


def _entity(header: Any, query: Any) -> str | None:
    found = header if header is not None else query
    if found is None:
        return None
    if not isinstance(found, str) or not 0 < len(found) <= MAX_ENTITY_ID or not found.isprintable():
        told = f"The entity id is {found!a:.80}; it is 1 to {MAX_ENTITY_ID} printable characters."
        raise HttpError(400, "bad_request", told)
    return found
