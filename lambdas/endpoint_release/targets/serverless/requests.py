"""What a serverless endpoint is made of. Pure.

No network isolation and no KMS key: serverless endpoints take neither
(https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html).
"""

from typing import Any

from lambdas.endpoint_release.package import Package
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec

VARIANT = "all"


def endpoint_name(app: str, domain: str, release: str) -> str:
    """Also its configuration's and its model's name; SageMaker allows 63 characters."""
    return f"{app}-{domain}-{release}"


def tags(domain: str, release: str) -> list[dict[str, str]]:
    return [{"Key": "vigil:domain", "Value": domain}, {"Key": "vigil:release", "Value": release}]


def model(name: str, package: Package, role_arn: str) -> dict[str, Any]:
    container = {"Image": package.image, "ModelDataUrl": package.model_data_url, "Environment": package.environment}
    return {"ModelName": name, "PrimaryContainer": container, "ExecutionRoleArn": role_arn}


def endpoint_config(name: str, spec: ServerlessSpec) -> dict[str, Any]:
    serverless = {"MemorySizeInMB": spec.memory_mb, "MaxConcurrency": spec.max_concurrency}
    variant = {"VariantName": VARIANT, "ModelName": name, "ServerlessConfig": serverless}
    return {"EndpointConfigName": name, "ProductionVariants": [variant]}


def endpoint(name: str) -> dict[str, Any]:
    return {"EndpointName": name, "EndpointConfigName": name}
