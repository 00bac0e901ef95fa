"""Names that follow from the package alone, so that a retry meets what an earlier try made. Pure."""

from hashlib import sha256


def release_id(model_package_arn: str) -> str:
    """`r<version>-<6 digits of a hash>`: the version for people, the hash for groups that were made anew."""
    version = model_package_arn.rsplit("/", 1)[1]
    return f"r{version}-{sha256(model_package_arn.encode()).hexdigest()[:6]}"


def endpoint_name(app: str, domain: str, release: str) -> str:
    """Also its configuration's and its model's name; SageMaker allows 63 characters."""
    return f"{app}-{domain}-{release}"
