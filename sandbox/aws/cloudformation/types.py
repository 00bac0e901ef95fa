"""Registers the CloudFormation resource types that MiniStack lacks."""

from sandbox.aws import hooks
from sandbox.aws.cloudformation import account, auto_delete, sagemaker
from sandbox.aws.cloudformation.recorded import RECORDED_TYPES, Recorded
from sandbox.aws.cloudformation.resource import ResourceType
from sandbox.aws.settings import Settings

SIMULATED_TYPES: tuple[type[ResourceType], ...] = (
    sagemaker.Model,
    sagemaker.EndpointConfig,
    sagemaker.Endpoint,
    sagemaker.ModelPackageGroup,
    account.Budget,
    account.OidcProvider,
    account.CompositeAlarm,
    auto_delete.AutoDeleteObjects,
)


def install(settings: Settings) -> None:
    """Register every type that this version of MiniStack lacks."""
    types = [make(settings) for make in SIMULATED_TYPES]
    types += [Recorded(settings, name, reason) for name, reason in RECORDED_TYPES.items()]
    present = hooks.resource_types()
    missing = [resource for resource in types if resource.name not in present]
    for resource in missing:
        hooks.add_resource_type(resource.name, resource.create, resource.update, resource.delete)
    hooks.provision_on_threads(frozenset(resource.name for resource in missing))
