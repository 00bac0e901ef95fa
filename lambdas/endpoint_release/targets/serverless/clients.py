"""AWS calls of releases on serverless endpoints.

Needs: sagemaker:{Create,Describe,Delete}{Model,EndpointConfig,Endpoint}, sagemaker:AddTags and sagemaker:InvokeEndpoint
on <app>-<domain>-*; iam:PassRole of the endpoint role to sagemaker.amazonaws.com.
"""

import base64
from typing import Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from inference.contracts import GoldenRequest
from inference.contracts.tasks.base import AnswerError
from lambdas.endpoint_release.targets.base import NoAnswerError

# A serverless endpoint answers within 60 s, its cold start included. As many at once as one may take: 200.
_RUNTIME = Config(read_timeout=65, retries={"mode": "standard", "total_max_attempts": 2}, max_pool_connections=200)


class EndpointStatus(NamedTuple):
    """SageMaker's EndpointStatus, and why it failed if it did."""

    status: str
    reason: str


class Endpoints:
    """Model, configuration and endpoint of one release share a name."""

    def __init__(self) -> None:
        self._sagemaker = boto3.client("sagemaker")
        self._runtime = boto3.client("sagemaker-runtime", config=_RUNTIME)

    def create(self, model: dict[str, Any], config: dict[str, Any], endpoint: dict[str, Any]) -> None:
        """What an earlier try has made stays."""
        if self._describe("model", ModelName=model["ModelName"]) is None:
            self._sagemaker.create_model(**model)
        if self._describe("endpoint_config", EndpointConfigName=config["EndpointConfigName"]) is None:
            self._sagemaker.create_endpoint_config(**config)
        if self.describe(endpoint["EndpointName"]) is None:
            self._sagemaker.create_endpoint(**endpoint)

    def describe(self, name: str) -> EndpointStatus | None:
        """None: there is no such endpoint."""
        found = self._describe("endpoint", EndpointName=name)
        return None if found is None else EndpointStatus(found["EndpointStatus"], found.get("FailureReason", ""))

    def delete(self, name: str) -> bool:
        """False: SageMaker refuses for now, as it does while an endpoint is being created."""
        try:
            if self.describe(name) is not None:
                self._sagemaker.delete_endpoint(EndpointName=name)
            if self._describe("endpoint_config", EndpointConfigName=name) is not None:
                self._sagemaker.delete_endpoint_config(EndpointConfigName=name)
            if self._describe("model", ModelName=name) is not None:
                self._sagemaker.delete_model(ModelName=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationException":
                raise
            return False
        return True

    def ask(self, name: str, request: GoldenRequest) -> bytes:
        """Raises AnswerError when the endpoint answers with an error, NoAnswerError when it does not answer in time."""
        try:
            answer = self._runtime.invoke_endpoint(
                EndpointName=name, ContentType=request.content_type, Body=base64.b64decode(request.body_base64)
            )
        except self._runtime.exceptions.ModelError as error:
            status = error.response.get("OriginalStatusCode", "unknown")
            raise AnswerError(f"the endpoint answered with status {status}: {error}") from error
        except ReadTimeoutError as error:
            raise NoAnswerError(f"endpoint {name} does not answer a golden request") from error
        return answer["Body"].read()

    def _describe(self, kind: str, **name: str) -> dict[str, Any] | None:
        try:
            return getattr(self._sagemaker, f"describe_{kind}")(**name)
        except ClientError as error:
            # SageMaker has no "not found" code here: it says so in a ValidationException
            if error.response["Error"]["Code"] in {"ValidationException", "ResourceNotFound"}:
                return None
            raise
