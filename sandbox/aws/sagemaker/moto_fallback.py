"""The moto fallback: actions that the sandbox does not simulate are answered by moto's SageMaker backend."""

import json

from sandbox.aws import hooks
from sandbox.aws.sagemaker.errors import SageMakerError
from sandbox.aws.sagemaker.requests import service_model

# Never sent to moto: it would answer from records of its own, without the jobs and endpoints that run here.
_SIMULATED = ("TrainingJob", "HyperParameterTuningJob", "ModelPackage", "Endpoint", "Tags")


def call(action: str, request: dict) -> dict:
    """moto's answer, or an error that says the action is unknown or not simulated."""
    if action not in service_model().operation_names:
        raise SageMakerError("UnknownOperationException", f"SageMaker has no action {action!r}.")
    if any(kind in action for kind in _SIMULATED):
        raise SageMakerError("UnknownOperationException", f"The sandbox does not simulate SageMaker's {action}.")
    account, region = hooks.scope()
    answer = hooks.moto_client("sagemaker").post(
        "/",
        data=json.dumps(request),
        headers={
            "x-amz-target": f"SageMaker.{action}",
            "content-type": "application/x-amz-json-1.1",
            "authorization": f"AWS4-HMAC-SHA256 Credential={account}/20260101/{region}/sagemaker/aws4_request",
        },
    )
    content = json.loads(answer.data or b"{}") if answer.status_code < 500 else {}
    if answer.status_code >= 400:
        code = content.get("__type", "UnknownOperationException")
        raise SageMakerError(code, content.get("message") or f"Neither the sandbox nor moto simulates {action}.")
    return content
