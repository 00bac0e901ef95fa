"""AWS calls of the registry.

Needs: sagemaker:ListModelPackageGroups (which knows no resources); sagemaker:ListModelPackages,
sagemaker:DescribeModelPackageGroup, sagemaker:DescribeModelPackage, sagemaker:UpdateModelPackage on the groups and
packages <app>-*; lambda:InvokeFunction on <app>-*-endpoint-release.
"""

import json
from itertools import islice
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from lambdas.common.http_answers import HttpError

NEWEST = 20
"""Versions that a model is shown with."""
_RELEASE = Config(read_timeout=24, connect_timeout=2, retries={"mode": "standard", "total_max_attempts": 1})
"""Within the 29 s that API Gateway waits; a decision is not sent twice."""
_MISSING = frozenset({"ValidationException", "ResourceNotFound", "ResourceNotFoundException"})
"""SageMaker says that something does not exist in a ValidationException."""


class Packages:
    """The model package groups `<app>-<model>`."""

    def __init__(self, app: str) -> None:
        self._prefix = f"{app}-"
        self._sagemaker = boto3.client("sagemaker")

    def models(self) -> list[str]:
        pages = self._sagemaker.get_paginator("list_model_package_groups").paginate(NameContains=self._prefix)
        names = [one["ModelPackageGroupName"] for page in pages for one in page["ModelPackageGroupSummaryList"]]
        return sorted(name.removeprefix(self._prefix) for name in names if name.startswith(self._prefix))

    def require(self, model: str) -> None:
        """Raises HttpError 404 for a model that has no group: nothing was ever registered."""
        self._described(model)

    def newest(self, model: str) -> list[dict[str, Any]]:
        """The newest versions' summaries, newest first."""
        pages = self._sagemaker.get_paginator("list_model_packages").paginate(
            ModelPackageGroupName=f"{self._prefix}{model}", SortBy="CreationTime", SortOrder="Descending"
        )
        return list(islice((one for page in pages for one in page["ModelPackageSummaryList"]), NEWEST))

    def describe(self, model: str, version: int) -> dict[str, Any]:
        """Raises HttpError 404."""
        arn = self._described(model)["ModelPackageGroupArn"].replace(":model-package-group/", ":model-package/", 1)
        try:
            return self._sagemaker.describe_model_package(ModelPackageName=f"{arn}/{version}")
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                raise HttpError(404, "no_such_version", f"{model} has no version {version}.") from None
            raise

    def decide(self, arn: str, approval: str, why: str) -> None:
        """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html."""
        self._sagemaker.update_model_package(
            ModelPackageArn=arn, ModelApprovalStatus=approval, ApprovalDescription=why[:1024]
        )

    def _described(self, model: str) -> dict[str, Any]:
        try:
            return self._sagemaker.describe_model_package_group(ModelPackageGroupName=f"{self._prefix}{model}")
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                raise HttpError(404, "no_such_model", f"There is no model {model}; GET /api/v1/models tells.") from None
            raise


class ReleaseFunctions:
    """Each domain's release function, which alone changes its releases."""

    def __init__(self, app: str) -> None:
        self._app = app
        self._lambda = boto3.client("lambda", config=_RELEASE)

    def ask(self, model: str, event: dict[str, Any]) -> dict[str, Any]:
        """Its `ReleaseResult`. Raises HttpError 409 without such a function, 503 when it fails or is too slow."""
        name = f"{self._app}-{model}-endpoint-release"
        try:
            answer = self._lambda.invoke(FunctionName=name, Payload=json.dumps(event))
        except self._lambda.exceptions.ResourceNotFoundException:
            raise HttpError(409, "no_releases", f"{model} has no releases: {name} is not deployed.") from None
        except ReadTimeoutError as error:
            told = f"{name} has not ended in time; whether it decided, GET /api/v1/models/{model} tells."
            raise HttpError(503, "late", told) from error
        payload = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            told = f"{name} could not do it: {payload.get('errorMessage', 'no reason was told')}"
            raise HttpError(503, "release_failed", told)
        return payload
