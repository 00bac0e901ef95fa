"""Lambda invocations as on AWS: exception names in error answers, metrics from log lines, no layers."""

import re
from typing import Any

from sandbox.aws import hooks
from sandbox.aws.emf import metrics_in

_TRACEBACK = "Traceback (most recent call last):"


def install() -> None:
    """Make every Lambda invocation behave as on AWS."""
    hooks.skip_layers()
    hooks.wrap_lambda(_like_aws)


def _like_aws(invoke: hooks.Invoke) -> hooks.Invoke:
    def invoke_like_aws(func: dict, event: Any, request_id: str) -> dict:
        result = invoke(func, event, request_id)
        log = result.get("log") or ""
        for metric in metrics_in(log):
            hooks.record_metric(*metric)
        body = result.get("body")
        if result.get("error") and isinstance(body, dict) and body.get("errorType") == "Runtime.HandlerError":
            result["body"] = name_exception(body, log) | {"requestId": request_id}
        return result

    return invoke_like_aws


def name_exception(body: dict, log: str) -> dict:
    """An error answer with the exception's class as `errorType`, and the frames, as the Lambda runtime reports them
    (https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html). `Catch: ValueError` needs it.

    The handler's traceback is the last one in `log`; without one `body` is returned as it is.
    """
    _, found, last = log.rpartition(_TRACEBACK)
    exception = re.search(r"^([A-Za-z_][\w.]*)(?::|$)", last, re.MULTILINE)
    if not found or exception is None:
        return body
    frames = re.findall(r"^  File .*\n(?:    .*\n)*", last, re.MULTILINE)
    return body | {"errorType": exception[1].rpartition(".")[2], "stackTrace": frames}
