"""The SageMaker SDK's resources of one domain. Importing this module takes seconds, so only subcommands do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import boto3
from sagemaker.core.resources import EndpointConfig, Model, ModelPackageGroup
from sagemaker.core.utils.utils import Unassigned


@dataclass(frozen=True)
class Domain:
    """Whose resources are read, with whose credentials. `session` has a Region."""

    app: str
    domain: str
    session: boto3.Session

    @property
    def prefix(self) -> str:
        """What the names of its jobs and endpoints begin with, and its model package group's name."""
        return f"{self.app}-{self.domain}"

    @property
    def where(self) -> dict[str, Any]:
        """What every call of a resource class takes. Without it the SDK would look for credentials by itself."""
        return {"session": self.session, "region": self.session.region_name}

    def newest(self, resource: Any, **asked: Any) -> Iterable[Any]:
        """Every resource whose name begins with the domain's prefix, newest first, each described in full."""
        found = resource.get_all(
            name_contains=f"{self.prefix}-", sort_by="CreationTime", sort_order="Descending", **asked, **self.where
        )
        return (one for one in found if one.get_name().startswith(f"{self.prefix}-"))

    def group(self) -> ModelPackageGroup:
        """Raises ClientError before the domain's first package."""
        return ModelPackageGroup.get(model_package_group_name=self.prefix, **self.where)

    def endpoint_config(self, name: str) -> EndpointConfig:
        return EndpointConfig.get(endpoint_config_name=name, **self.where)

    def model(self, name: str) -> Model:
        return Model.get(model_name=name, **self.where)

    def champion_endpoint(self) -> str:
        """What the SSM parameter names, which every release keeps true; empty before the first one."""
        ssm = self.session.client("ssm")
        try:
            return ssm.get_parameter(Name=f"/{self.app}/{self.domain}/champion-endpoint")["Parameter"]["Value"]
        except ssm.exceptions.ParameterNotFound:
            return ""


def given(resource: Any, path: str, otherwise: Any = None) -> Any:
    """What `path` ("model_metrics.model_quality") leads to from a resource; `otherwise` where AWS left a step out.

    The SDK marks that with an object of its own, which is neither None nor JSON.
    """
    for name in path.split("."):
        resource = getattr(resource, name)
        if resource is None or isinstance(resource, Unassigned):
            return otherwise
    return resource
