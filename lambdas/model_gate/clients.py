"""AWS calls of the gate.

Needs: s3:GetObject, s3:PutObject and s3:ListBucket on the artifacts bucket below runs/<domain>/; dynamodb:GetItem on
the releases table; sagemaker:CreateModelPackage on the group and its packages, sagemaker:UpdateModelPackage and
sagemaker:DescribeModelPackage on its packages; sagemaker:DescribeModelPackageGroup and
sagemaker:CreateModelPackageGroup on the group; ecr:BatchGetImage, ecr:DescribeImages on the serving image's repository
(SageMaker looks the image up as the caller); use of the bucket's KMS key.
"""

from typing import Any

import boto3
from botocore.exceptions import ClientError

from lambdas.common.artifacts import test_split_folder
from lambdas.common.errors import VigilError
from lambdas.common.model_archive import ArchivedPackage, read_package
from lambdas.common.s3_uri import split_uri


class ModelMissingError(VigilError):
    """Training ended without leaving a model where its request said."""


class Artifacts:
    def __init__(self, bucket: str, client: Any = None) -> None:
        self._bucket = bucket
        self._s3 = client if client is not None else boto3.client("s3")

    def read(self, key: str) -> bytes | None:
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            return None

    def write(self, key: str, body: bytes) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json")

    def attempt(self, domain: str, test_split: str, run: str) -> int:
        """Counts a run among those measured on a test split; a retry counts once.

        S3 lists what was written before: two runs at once both count, and neither is told too small a number.
        """
        home = test_split_folder(domain, test_split)
        self._s3.put_object(Bucket=self._bucket, Key=f"{home}{run}", Body=b"")
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=home)
        return sum(len(page.get("Contents", ())) for page in pages)

    def package(self, uri: str, wanted: set[str]) -> ArchivedPackage:
        """In a model.tar.gz; raises ModelMissingError, ArchiveError."""
        bucket, key = split_uri(uri)
        try:
            body = self._s3.get_object(Bucket=bucket, Key=key)["Body"]
        except self._s3.exceptions.NoSuchKey:
            raise ModelMissingError(
                f"There is no model at {uri}; did the training job end before writing it?"
            ) from None
        return read_package(body, wanted)


class Registry:
    """The domain's model package group. It outlives deployments, as its packages do, so the first package makes it."""

    def __init__(self, client: Any = None) -> None:
        self._sagemaker = client if client is not None else boto3.client("sagemaker")

    def create(self, request: dict[str, Any]) -> str:
        """The package's ARN."""
        self._ensure_group(request["ModelPackageGroupName"])
        return self._sagemaker.create_model_package(**request)["ModelPackageArn"]

    def set_approval(self, request: dict[str, Any]) -> None:
        """Once: saying the same again would send a second event."""
        package = self._sagemaker.describe_model_package(ModelPackageName=request["ModelPackageArn"])
        if package["ModelApprovalStatus"] != request["ModelApprovalStatus"]:
            self._sagemaker.update_model_package(**request)

    def _ensure_group(self, name: str) -> None:
        if self._has_group(name):
            return
        description = "Made by Vigil's gate with the first package; deployments come and go without it"
        try:
            self._sagemaker.create_model_package_group(
                ModelPackageGroupName=name, ModelPackageGroupDescription=description
            )
        except ClientError:
            if not self._has_group(name):  # otherwise another run's gate was faster
                raise

    def _has_group(self, name: str) -> bool:
        try:
            self._sagemaker.describe_model_package_group(ModelPackageGroupName=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationException":
                raise
            return False
        return True
