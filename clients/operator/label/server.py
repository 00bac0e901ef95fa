"""The labelling page, on loopback: shows frames and takes key presses."""

import json
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from clients.operator.errors import OperatorError
from clients.operator.label.log import Entry
from clients.operator.label.project import Project

PAGE = Path(__file__).with_name("static")
MOST_ENTRIES = 1000
LARGEST_BODY = 1_000_000
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def make_app(project: Project) -> Starlette:
    """`GET /api/state`, `POST /api/labels`, `POST /api/save`, the frames and the page.

    Other sites' pages cannot reach it: requests need this machine's name, and a body needs a content type that a
    browser sends to other origins only after asking.
    """

    async def state(request: Request) -> Response:
        return JSONResponse(project.state(request.query_params.get("labeller", "")))

    async def labels(request: Request) -> Response:
        labeller, entries = _entries(request.headers.get("content-type", ""), await request.body())
        await run_in_threadpool(project.add, labeller, entries)
        return JSONResponse({"kept": len(entries)})

    async def save(request: Request) -> Response:
        _require_json(request.headers.get("content-type", ""))
        return JSONResponse(await run_in_threadpool(project.save))

    return Starlette(
        routes=[
            Route("/api/state", state),
            Route("/api/labels", labels, methods=["POST"]),
            Route("/api/save", save, methods=["POST"]),
            Mount("/frames", StaticFiles(directory=project.pictures)),
            Mount("/", StaticFiles(directory=PAGE, html=True)),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
            Middleware(BaseHTTPMiddleware, dispatch=_with_headers),
        ],
        exception_handlers={OperatorError: _refused},
    )


async def _with_headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
    answer = await call_next(request)
    answer.headers.update(_HEADERS)
    return answer


def _refused(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=400)


def _require_json(content_type: str) -> None:
    if content_type.partition(";")[0].strip() != "application/json":
        raise OperatorError(f"content type {content_type[:50]!r}: application/json is taken")


def _entries(content_type: str, body: bytes) -> tuple[str, list[Entry]]:
    """{"labeller": ..., "entries": [{"id", "at", "frame", "label"}, ...]}; raises OperatorError."""
    _require_json(content_type)
    if len(body) > LARGEST_BODY:
        raise OperatorError(f"the body has {len(body)} bytes; at most {LARGEST_BODY} are taken")
    try:
        document = json.loads(body)
        entries = [Entry(**entry) for entry in document["entries"]]
        labeller = document["labeller"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise OperatorError(f"the body holds no labels: {error!r}") from error
    texts = [labeller, *(value for entry in entries for value in (entry.id, entry.at, entry.frame))]
    if len(entries) > MOST_ENTRIES or not all(isinstance(text, str) and len(text) <= 500 for text in texts):
        raise OperatorError(f"at most {MOST_ENTRIES} labels are taken at once, and every field is a short text")
    return labeller, entries
