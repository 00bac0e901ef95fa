"""What a serverless endpoint is made of. Pure.

No network isolation and no KMS key: serverless endpoints take neither
(https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html).
"""

from typing import Any, NamedTuple

from lambdas.common.package_properties import quality_of
from lambdas.common.release_state import Quality
from lambdas.endpoint_release.models import EndpointSpec

VARIANT = "all"


class Package(NamedTuple):
    """What a release needs to know of its model package."""

    arn: str
    approval_status: str
    image: str
    model_data_url: str
    environment: dict[str, str]
    quality: Quality | None = None


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
    )


def tags(domain: str, release: str) -> list[dict[str, str]]:
    return [{"Key": "vigil:domain", "Value": domain}, {"Key": "vigil:release", "Value": release}]


def model(name: str, package: Package, role_arn: str) -> dict[str, Any]:
    container = {"Image": package.image, "ModelDataUrl": package.model_data_url, "Environment": package.environment}
    return {"ModelName": name, "PrimaryContainer": container, "ExecutionRoleArn": role_arn}


def endpoint_config(name: str, spec: EndpointSpec) -> dict[str, Any]:
    serverless = {"MemorySizeInMB": spec.memory_mb, "MaxConcurrency": spec.max_concurrency}
    variant = {"VariantName": VARIANT, "ModelName": name, "ServerlessConfig": serverless}
    return {"EndpointConfigName": name, "ProductionVariants": [variant]}


def endpoint(name: str) -> dict[str, Any]:
    return {"EndpointName": name, "EndpointConfigName": name}
