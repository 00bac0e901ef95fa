"""Edge of the console: `GET /console...` of the HTTP API (payload 2.0) in, files out. Needs: nothing of AWS.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
from functools import cache
from typing import Any

from lambdas.common.api_routes import CONSOLE
from lambdas.common.http_answers import HttpError, refuse, request_id
from lambdas.common.observability import logger, tracer
from lambdas.console.headers import security_headers
from lambdas.console.models import PAGE, ConsoleConfig, ConsoleVariables
from lambdas.console.static_files import StaticFile, read

CONFIG = "config.json"


@cache
def variables() -> ConsoleVariables:
    return ConsoleVariables.load()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    found = answer(event)
    found["headers"] = {"cache-control": "no-cache", **found["headers"], **security_headers(variables().sign_in)}
    return found


def answer(event: dict[str, Any]) -> dict[str, Any]:
    path, headers = event["rawPath"], event.get("headers", {})
    if path == CONSOLE:
        # Relative, as a stage or a proxy may stand before the path that is seen here.
        return {"statusCode": 302, "headers": {"location": f"{CONSOLE.lstrip('/')}/{PAGE}"}, "body": ""}
    name = path.removeprefix(f"{CONSOLE}/") or PAGE
    if name == CONFIG:
        body = ConsoleConfig.of(variables()).model_dump_json()
        return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": body}
    file = read(name, "gzip" in headers.get("accept-encoding", ""))
    if file is None:
        return refuse(HttpError(404, "no_such_route", f"There is no {path!a:.80}."), request_id(event))
    return _file(file, headers.get("if-none-match", ""))


def _file(file: StaticFile, known: str) -> dict[str, Any]:
    """Browsers keep a file but ask each time whether it is still the one: all files are of one deployment."""
    headers = {"etag": file.etag, "vary": "accept-encoding"}
    if file.etag in (one.strip().removeprefix("W/") for one in known.split(",")):
        return {"statusCode": 304, "headers": headers, "body": ""}
    headers["content-type"] = file.content_type
    if file.is_gzip:
        headers["content-encoding"] = "gzip"
    body = base64.b64encode(file.content).decode()
    return {"statusCode": 200, "headers": headers, "body": body, "isBase64Encoded": True}
