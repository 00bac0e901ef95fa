"""Requests held against the SageMaker SDK: its shapes, and its classes, which check types and what is required."""

from collections.abc import Iterator
from typing import Any

import boto3
from pydantic import ValidationError
from sagemaker.core import resources
from sagemaker.core.utils.code_injection.codec import transform
from sagemaker.core.utils.code_injection.shape_dag import SHAPE_DAG

CREATED = {
    "CreateTrainingJob": (resources.TrainingJob, "CreateTrainingJobRequest"),
    "CreateHyperParameterTuningJob": (resources.HyperParameterTuningJob, "CreateHyperParameterTuningJobRequest"),
    "CreateModelPackageGroup": (resources.ModelPackageGroup, "CreateModelPackageGroupInput"),
    "CreateModelPackage": (resources.ModelPackage, "CreateModelPackageInput"),
    "CreateModel": (resources.Model, "CreateModelInput"),
    "CreateEndpointConfig": (resources.EndpointConfig, "CreateEndpointConfigInput"),
    "CreateEndpoint": (resources.Endpoint, "CreateEndpointInput"),
}


class _Taken(Exception):
    """Ends a call before it leaves the process.

    What would be sent is not looked at: sagemaker 3.27 misspells MemorySizeInMB and drops SupportedContentTypes.
    """


def sdk_faults(operation: str, request: dict[str, Any]) -> list[str]:
    """What the SDK would not take of a request."""
    resource, shape = CREATED[operation]
    unknown = list(_unknown(request, SHAPE_DAG[shape], operation))
    session = boto3.Session("key", "secret", region_name="us-west-2")
    session.events.register_first(f"provide-client-params.sagemaker.{operation}", _taken)
    try:
        resource.create(**transform(request, shape), session=session, region="us-west-2")
    except _Taken:
        return unknown
    except ValidationError as error:
        return [*unknown, *(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())]
    raise AssertionError(f"the SDK sent no {operation}")


def _taken(**_: Any) -> None:
    raise _Taken


def _unknown(value: Any, shape: dict[str, Any], where: str) -> Iterator[str]:
    match shape["type"]:
        case "structure":
            members = {member["name"]: member for member in shape["members"]}
            for name, one in value.items():
                if name not in members:
                    yield f"{where}.{name}: unknown to the SDK"
                else:
                    yield from _below(one, members[name]["type"], members[name]["shape"], f"{where}.{name}")
        case "list":
            for index, one in enumerate(value):
                yield from _below(one, shape["member_type"], shape["member_shape"], f"{where}[{index}]")
        case "map":
            for name, one in value.items():
                yield from _below(one, shape["value_type"], shape["value_shape"], f"{where}.{name}")


def _below(value: Any, kind: str, shape: str, where: str) -> Iterator[str]:
    """Scalars have a type and no shape."""
    return _unknown(value, SHAPE_DAG[shape], where) if kind in ("structure", "list", "map") else iter(())
