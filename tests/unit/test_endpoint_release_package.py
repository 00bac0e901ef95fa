"""A release tries only what the gate has verified."""

from hashlib import sha256
from typing import Any

import boto3
import pytest

from lambdas.common.model_archive import ArchiveError
from lambdas.endpoint_release.clients import Packages
from lambdas.endpoint_release.package import package_of
from lambdas.endpoint_release.targets.serverless.requests import model
from tests.unit.model_packages import MANIFEST, archive, package_files
from tests.unit.release_harness import ReleaseHarness

FILES = package_files(golden=b"a golden request\n")
KEY = "runs/cats/one/output/model.tar.gz"


def described(whole: bytes) -> dict[str, Any]:
    """DescribeModelPackage of a package with this archive, as the gate registers it."""
    container = {
        "Image": "image",
        "ModelDataUrl": f"s3://artifacts/{KEY}",
        "Environment": {"VIGIL_MANIFEST_SHA256": sha256(FILES[MANIFEST]).hexdigest()},
    }
    return {
        "ModelPackageArn": "arn:1",
        "ModelApprovalStatus": "Approved",
        "InferenceSpecification": {"Containers": [container]},
        "CustomerMetadataProperties": {"archive_sha256": sha256(whole).hexdigest()},
    }


@pytest.fixture
def packages(aws: None) -> Packages:
    location = {"LocationConstraint": "eu-central-1"}
    boto3.client("s3").create_bucket(Bucket="artifacts", CreateBucketConfiguration=location)
    return Packages()


def test_golden_requests_are_those_that_were_registered(packages: Packages) -> None:
    whole = archive(FILES)
    boto3.client("s3").put_object(Bucket="artifacts", Key=KEY, Body=whole)
    assert packages.golden(package_of(described(whole))) == b"a golden request\n"


def test_an_archive_that_was_exchanged_after_the_gate_is_refused(packages: Packages) -> None:
    exchanged = archive(package_files(golden=b"an easier one\n"))
    boto3.client("s3").put_object(Bucket="artifacts", Key=KEY, Body=exchanged)
    with pytest.raises(ArchiveError, match="was changed since the gate decided"):
        packages.golden(package_of(described(archive(FILES))))


def test_every_endpoint_of_a_package_asks_for_its_manifest() -> None:
    package = package_of(described(b""))
    container = model("vigil-cats-r1", package, "arn:role")["PrimaryContainer"]
    assert container["Environment"] == {"VIGIL_MANIFEST_SHA256": sha256(FILES[MANIFEST]).hexdigest()}


def test_training_gets_to_know_which_manifest_the_champion_has(harness: ReleaseHarness) -> None:
    harness.release(1, "one")
    assert harness.state.champion.manifest_sha256 == "5e" * 32
