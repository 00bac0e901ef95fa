"""AWS calls of a release, but for its metrics.

Needs: sagemaker:DescribeModelPackage on the group's packages; sagemaker:{Create,Describe,Delete}{Model,EndpointConfig,
Endpoint}, sagemaker:AddTags and sagemaker:InvokeEndpoint on <app>-<domain>-*; iam:PassRole of the endpoint role to
sagemaker.amazonaws.com; s3:GetObject on the artifacts bucket below runs/<domain>/; ssm:PutParameter on the champion's
parameter; dynamodb:GetItem, dynamodb:PutItem on the releases table.
"""

import base64
from typing import Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from inference.contracts import GoldenRequest
from inference.contracts.tasks.base import AnswerError
from lambdas.common.model_archive import read_package
from lambdas.common.s3_uri import split_uri
from lambdas.endpoint_release.requests import Package, package_of, require_registered

GOLDEN = "golden.jsonl"
# A serverless endpoint answers within 60 s, its cold start included. As many at once as one may take: 200.
_RUNTIME = Config(read_timeout=65, retries={"mode": "standard", "total_max_attempts": 2}, max_pool_connections=200)


class EndpointStanding(NamedTuple):
    """SageMaker's EndpointStatus, and why it failed if it did."""

    status: str
    reason: str


class Packages:
    def __init__(self) -> None:
        self._sagemaker = boto3.client("sagemaker")
        self._s3 = boto3.client("s3")

    def describe(self, arn: str) -> Package:
        return package_of(self._sagemaker.describe_model_package(ModelPackageName=arn))

    def golden(self, package: Package) -> bytes:
        """The package's golden.jsonl. Raises ArchiveError when the archive is not the one that was registered."""
        bucket, key = split_uri(package.model_data_url)
        found = read_package(self._s3.get_object(Bucket=bucket, Key=key)["Body"], {GOLDEN})
        require_registered(found, package)
        return found.members[GOLDEN]


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
        if self.standing(endpoint["EndpointName"]) is None:
            self._sagemaker.create_endpoint(**endpoint)

    def standing(self, name: str) -> EndpointStanding | None:
        """None: there is no such endpoint."""
        found = self._describe("endpoint", EndpointName=name)
        return None if found is None else EndpointStanding(found["EndpointStatus"], found.get("FailureReason", ""))

    def delete(self, name: str) -> bool:
        """False: SageMaker refuses for now, as it does while an endpoint is being created."""
        try:
            if self.standing(name) is not None:
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
        """Raises AnswerError when the endpoint answers with an error."""
        try:
            answer = self._runtime.invoke_endpoint(
                EndpointName=name, ContentType=request.content_type, Body=base64.b64decode(request.body_base64)
            )
        except self._runtime.exceptions.ModelError as error:
            status = error.response.get("OriginalStatusCode", "unknown")
            raise AnswerError(f"the endpoint answered with status {status}: {error}") from error
        return answer["Body"].read()

    def _describe(self, kind: str, **name: str) -> dict[str, Any] | None:
        try:
            return getattr(self._sagemaker, f"describe_{kind}")(**name)
        except ClientError as error:
            # SageMaker has no "not found" code here: it says so in a ValidationException
            if error.response["Error"]["Code"] in {"ValidationException", "ResourceNotFound"}:
                return None
            raise


class ChampionParameter:
    """Where applications that call the SageMaker API themselves find the champion's endpoint."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._ssm = boto3.client("ssm")

    def set(self, endpoint: str) -> None:
        self._ssm.put_parameter(Name=self._name, Value=endpoint, Type="String", Overwrite=True)
