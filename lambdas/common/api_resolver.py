"""A resolver of HTTP API routes whose handlers are typed; its refusals have the shape of every other function's.

Handlers' signatures and answers make the OpenAPI document; Powertools validates both by them.
"""

import binascii
import json
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)

from inference.contracts.base import Contract
from inference.contracts.strict_json import NotJson, strict_loads
from lambdas.common.api_routes import CONSOLE
from lambdas.common.http_answers import HttpError, refuse, request_id
from lambdas.common.observability import logger

JSON = "application/json"


class Problem(Contract):
    """Why a request was refused."""

    code: str
    message: str


class Refusal(Contract):
    error: Problem
    request_id: str


def answers(status: int, model: Any, *refused: int, conflict: type[Contract] | None = None) -> dict[int, Any]:
    """For a route's `responses`: its handler's own answer, refusals, and what 409 says where that is more."""
    models = dict.fromkeys(refused, Refusal) | ({} if conflict is None else {409: conflict})
    own = {status: {"description": "Done", "content": {JSON: {"model": model}}}}
    return own | {one: {"description": "Refused", "content": {JSON: {"model": of}}} for one, of in models.items()}


def _strictly(text: str) -> Any:
    try:
        return strict_loads(text.encode())
    except (NotJson, UnicodeEncodeError) as error:
        raise json.JSONDecodeError(str(error), "", 0) from None  # what Powertools takes for the caller's fault


def make_resolver(unexpected: Callable[[], None] = lambda: None) -> APIGatewayHttpResolver:
    """`unexpected`: called when a request fails for a reason that is no refusal.

    Routes answer below `CONSOLE`, too.
    """
    # An answer that is not what its handler promises is our fault, not the caller's as Powertools has it by default.
    app = APIGatewayHttpResolver(
        enable_validation=True,
        response_validation_error_http_code=500,
        strip_prefixes=[CONSOLE],
        json_body_deserializer=_strictly,
    )

    def answer(error: HttpError) -> Response:
        found = refuse(error, request_id(app.current_event.raw_event))
        return Response(found["statusCode"], body=found["body"], headers=found["headers"])

    @app.exception_handler(HttpError)
    def refused(error: HttpError) -> Response:
        return answer(error)

    @app.exception_handler(RequestValidationError)
    def invalid(error: RequestValidationError) -> Response:
        faults = [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()]
        return answer(HttpError(422, "bad_request", f"The request is not what is taken here: {'; '.join(faults)}."))

    @app.exception_handler([UnicodeError, binascii.Error])  # by Powertools, of a body; nothing of ours raises them
    def no_text(_: ValueError) -> Response:
        return answer(HttpError(422, "bad_request", "The request is not what is taken here: body: it is no UTF-8."))

    @app.exception_handler(RequestUnsupportedContentType)
    def not_json(_: RequestUnsupportedContentType) -> Response:
        told = "The request is not what is taken here: body: content type application/json is."
        return answer(HttpError(422, "bad_request", told))

    @app.not_found
    def no_route(_: NotFoundError) -> Response:
        return answer(HttpError(404, "no_such_route", f"There is no {app.current_event.path!a:.80}."))

    @app.exception_handler(Exception)
    def failed(_: Exception) -> Response:
        logger.exception("request failed unexpectedly")
        unexpected()
        id_ = request_id(app.current_event.raw_event)
        return answer(HttpError(500, "internal", f"The request failed; quote its id {id_}."))

    return app
