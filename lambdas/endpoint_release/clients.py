"""AWS calls of a release that are the same for every target. Its metrics are read in window_metrics.py.

Needs: sagemaker:DescribeModelPackage on the group's packages; s3:GetObject on the artifacts bucket below
runs/<domain>/; ssm:PutParameter on the champion's parameter; dynamodb:GetItem, dynamodb:PutItem on the releases table.
"""

from collections.abc import Collection

import boto3

from lambdas.common.model_archive import read_package
from lambdas.common.s3_uri import split_uri
from lambdas.endpoint_release.package import Package, package_of, require_registered

GOLDEN = "golden.jsonl"


class Packages:
    def __init__(self) -> None:
        self._sagemaker = boto3.client("sagemaker")
        self._s3 = boto3.client("s3")

    def describe(self, arn: str) -> Package:
        return package_of(self._sagemaker.describe_model_package(ModelPackageName=arn))

    def golden(self, package: Package) -> bytes:
        """The package's golden.jsonl. Raises ArchiveError when the archive is not the one that was registered."""
        return self.files(package, {GOLDEN})[GOLDEN]

    def files(self, package: Package, wanted: Collection[str]) -> dict[str, bytes]:
        """Those that the package has of the wanted ones. Raises ArchiveError as `golden` does."""
        bucket, key = split_uri(package.model_data_url)
        found = read_package(self._s3.get_object(Bucket=bucket, Key=key)["Body"], wanted)
        require_registered(found, package)
        return found.members


class ChampionParameter:
    """The SSM parameter with the champion's address, for applications that call SageMaker themselves."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._ssm = boto3.client("ssm")

    def set(self, address: str) -> None:
        self._ssm.put_parameter(Name=self._name, Value=address, Type="String", Overwrite=True)
