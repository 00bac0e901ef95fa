"""SageMaker's serving protocol over HTTP: `/ping`, `/invocations`, and `/metrics` for Prometheus.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

import logging
import uuid

from anyio import to_thread
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from inference.contracts import PackageManifest
from inference.contracts.limits import MAX_REQUEST_BYTES
from inference.contracts.tasks import task_of
from inference.errors import BadRequest
from inference.metrics import ServingMetrics
from inference.predictor import Predictor

log = logging.getLogger("inference")


class _TooLarge(Exception):
    """The body is longer than MAX_REQUEST_BYTES."""


def create_app(predictor: Predictor, manifest: PackageManifest) -> Starlette:
    """The application that answers for one loaded package; predictions run in worker threads."""
    metrics = ServingMetrics(manifest)
    content_types = task_of(manifest.task).reads

    async def ping(_request: Request) -> Response:
        return Response(status_code=200)

    async def invocations(request: Request) -> Response:
        response = await _answer(request)
        metrics.requests.labels(status=str(response.status_code)).inc()
        return response

    async def _answer(request: Request) -> Response:
        content_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if content_type not in content_types:
            allowed = ", ".join(sorted(content_types))
            return _error(400, f"The Content-Type is '{content_type}'; this model reads {allowed}.")
        try:
            body = await _read(request)
        except _TooLarge:
            return _error(413, f"The request is larger than {MAX_REQUEST_BYTES} bytes (4 MB); send a smaller one.")
        try:
            with metrics.latency.time():
                return JSONResponse(await to_thread.run_sync(predictor.predict, body, content_type))
        except BadRequest as fault:
            return _error(400, str(fault))
        except Exception:  # whatever it is, the caller gets an id to quote and the log gets the traceback
            error_id = uuid.uuid4().hex
            log.exception("prediction failed, error id %s", error_id)
            return _error(500, f"The prediction failed unexpectedly; quote the error id {error_id}.")

    async def prometheus(_request: Request) -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/ping", ping),
            Route("/invocations", invocations, methods=["POST"]),
            Route("/metrics", prometheus),
        ]
    )


def _error(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status)


async def _read(request: Request) -> bytes:
    """The body. A longer one is read to its end and dropped, so that its sender gets to see the answer."""
    body = bytearray()
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received <= MAX_REQUEST_BYTES:
            body += chunk
    if received > MAX_REQUEST_BYTES:
        raise _TooLarge
    return bytes(body)
