"""InvokeEndpoint: one request to the container, with the limits and the errors of SageMaker."""

import time
from collections.abc import Mapping

import urllib3

from sandbox.aws import hooks
from sandbox.aws.sagemaker.account import Account
from sandbox.aws.sagemaker.endpoints.server import SECONDS_TO_ANSWER, ModelServer, ServerError
from sandbox.aws.sagemaker.errors import SageMakerError

# https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html; real-time endpoints take 25 MB.
SERVERLESS_PAYLOAD_BYTES = 4 * 1024 * 1024
INSTANCE_PAYLOAD_BYTES = 25 * 1024 * 1024
_FORWARDED = ("content-type", "accept", "x-amzn-sagemaker-custom-attributes", "x-amzn-sagemaker-inference-id")


def invoke(account: Account, name: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer. Raises SageMakerError."""
    endpoint = account.endpoints.get(name)
    server = endpoint.server if endpoint is not None else None
    if endpoint is None or server is None:
        raise SageMakerError("ValidationError", f"Endpoint {name} of account {account.aws.account} not found.")
    variant = endpoint.description["ProductionVariants"][0]
    limit = SERVERLESS_PAYLOAD_BYTES if "CurrentServerlessConfig" in variant else INSTANCE_PAYLOAD_BYTES
    if len(body) > limit:
        raise SageMakerError(
            "ValidationError",
            f"Request body of {len(body)} bytes is larger than {limit} bytes, the most that endpoint {name} takes.",
            413,
        )
    if not server.slots.acquire(blocking=False):
        raise SageMakerError("ThrottlingException", f"Endpoint {name} is at its maximum concurrency. Try again.")
    started = time.monotonic()
    status = 500
    try:
        answer = _ask(name, server, body, {key: headers[key] for key in _FORWARDED if key in headers})
        status = answer.status
        if status >= 400:
            raise _model_error(name, status, answer.data.decode(errors="replace"))
    finally:
        server.slots.release()
        _record(name, variant["VariantName"], status, time.monotonic() - started)
    return 200, _answer_headers(answer.headers, variant["VariantName"]), answer.data


def _ask(name: str, server: ModelServer, body: bytes, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
    try:
        return server.ask(body, headers)
    except urllib3.exceptions.ReadTimeoutError as error:
        raise _model_error(name, 504, f"Your invocation timed out after {SECONDS_TO_ANSWER} s") from error
    except (urllib3.exceptions.HTTPError, ServerError) as error:
        raise _model_error(name, 500, f"The container did not answer: {error}") from error


def _model_error(name: str, status: int, said: str) -> SageMakerError:
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html, ModelError"""
    kind = "client error" if status < 500 else "server error"
    message = (
        f'Received {kind} ({status}) from primary with message "{said[:1000]}". See CloudWatch Logs '
        f"/aws/sagemaker/Endpoints/{name} for more information."
    )
    return SageMakerError("ModelError", message, 424, OriginalStatusCode=status, OriginalMessage=said)


def _answer_headers(headers: Mapping[str, str], variant: str) -> dict[str, str]:
    answer = {
        "Content-Type": headers.get("content-type", "application/octet-stream"),
        "x-Amzn-Invoked-Production-Variant": variant,
    }
    if attributes := headers.get("x-amzn-sagemaker-custom-attributes"):
        answer["X-Amzn-SageMaker-Custom-Attributes"] = attributes
    return answer


def _record(endpoint: str, variant: str, status: int, seconds: float) -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html#cloudwatch-metrics-endpoint-invocation"""
    dimensions = {"EndpointName": endpoint, "VariantName": variant}
    hooks.record_metric("AWS/SageMaker", "Invocations", 1, "Count", dimensions)
    hooks.record_metric("AWS/SageMaker", "Invocation4XXErrors", 400 <= status < 500, "Count", dimensions)
    hooks.record_metric("AWS/SageMaker", "Invocation5XXErrors", status >= 500, "Count", dimensions)
    hooks.record_metric("AWS/SageMaker", "ModelLatency", seconds * 1e6, "Microseconds", dimensions)
