"""A registered model package, and whether its archive in S3 is the registered one. Pure."""

from hashlib import sha256
from typing import Any, NamedTuple

from inference.contracts.package import MANIFEST_SHA256_VARIABLE
from lambdas.common.model_archive import ARCHIVE_SHA256_PROPERTY, ArchivedPackage, ArchiveError
from lambdas.common.package_properties import quality_of
from lambdas.common.release_state import Quality


class Package(NamedTuple):
    """What a release needs to know of its model package."""

    arn: str
    approval_status: str
    image: str
    model_data_url: str
    environment: dict[str, str]
    quality: Quality | None = None
    archive_sha256: str = ""
    """As the gate registered it; empty: the package was registered without."""

    @property
    def manifest_sha256(self) -> str:
        """What the serving process compares its manifest with; empty: nothing."""
        return self.environment.get(MANIFEST_SHA256_VARIABLE, "")


def release_id(model_package_arn: str) -> str:
    """`r<version>-<6 digits of a hash>`: the version for people, the hash for groups that were made anew.

    It follows from the package alone, so that a retry meets what an earlier try made.
    """
    version = model_package_arn.rsplit("/", 1)[1]
    return f"r{version}-{sha256(model_package_arn.encode()).hexdigest()[:6]}"


def package_of(description: dict[str, Any]) -> Package:
    """From DescribeModelPackage."""
    container = description["InferenceSpecification"]["Containers"][0]
    return Package(
        description["ModelPackageArn"],
        description["ModelApprovalStatus"],
        container["Image"],
        container["ModelDataUrl"],
        container.get("Environment", {}),
        quality_of(description.get("CustomerMetadataProperties", {})),
        description.get("CustomerMetadataProperties", {}).get(ARCHIVE_SHA256_PROPERTY, ""),
    )


def require_registered(found: ArchivedPackage, package: Package) -> None:
    """Raises ArchiveError unless the archive in S3 is the one that the gate has verified."""
    if not package.manifest_sha256 or not package.archive_sha256:
        raise ArchiveError(
            f"{package.arn} was registered without the hashes of its archive and its manifest (property "
            f"{ARCHIVE_SHA256_PROPERTY}, container variable {MANIFEST_SHA256_VARIABLE}), so it cannot be verified; "
            "the gate registers them."
        )
    for what, actual, registered in (
        ("archive", found.archive_sha256, package.archive_sha256),
        ("manifest", found.manifest_sha256, package.manifest_sha256),
    ):
        if actual != registered:
            raise ArchiveError(
                f"The {what} at {package.model_data_url} has the sha256 {actual}, but {registered} was registered: it "
                "was changed since the gate decided."
            )
