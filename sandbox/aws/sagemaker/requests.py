"""Requests held against botocore's model of the SageMaker API: names, types, required members, lengths, patterns."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel, Shape
from botocore.validate import ParamValidator

from sandbox.aws.sagemaker.errors import invalid


@cache
def service_model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("sagemaker")


def validate(action: str, request: dict) -> None:
    """Refuse a request that AWS would refuse for its shape alone.

    Raises a ValidationException that names every member at fault.
    """
    shape = service_model().operation_model(action).input_shape
    report = ParamValidator().validate(request, shape)
    problems = [report.generate_report()] if report.has_errors() else list(_constraints(request, shape, action))
    if problems:
        raise invalid(f"{len(problems)} validation error detected: {'; '.join(problems)}")


def coerced(action: str, properties: dict) -> dict:
    """A template's properties as a request: CloudFormation takes "2048" for 2048 and 1 for "1"."""
    return _coerced(properties, service_model().operation_model(action).input_shape)


def _coerced(value: Any, shape: Shape) -> Any:
    if shape.type_name == "structure":
        return {
            name: _coerced(item, shape.members[name]) if name in shape.members else item for name, item in value.items()
        }
    if shape.type_name == "list":
        return [_coerced(item, shape.member) for item in value]
    if shape.type_name == "map":
        return {key: _coerced(item, shape.value) for key, item in value.items()}
    if shape.type_name == "boolean":
        return str(value).lower() == "true"
    convert = {"integer": int, "long": int, "float": float, "double": float, "string": str}.get(shape.type_name)
    return value if convert is None else convert(value)


def _constraints(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """What ParamValidator leaves out: patterns, enums and upper bounds."""
    if shape.type_name == "structure":
        for name, member in value.items():
            yield from _constraints(member, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for index, member in enumerate(value):
            yield from _constraints(member, shape.member, f"{path}[{index}]")
        yield from _upper_bound(len(value), shape, path, "length")
    elif shape.type_name == "map":
        for key, member in value.items():
            yield from _constraints(key, shape.key, f"{path} (key)")
            yield from _constraints(member, shape.value, f"{path}.{key}")
        yield from _upper_bound(len(value), shape, path, "length")
    elif shape.type_name == "string":
        yield from _string(value, shape, path)
    elif shape.type_name in ("integer", "long", "float", "double"):
        yield from _upper_bound(value, shape, path, "value")


def _string(value: str, shape: Shape, path: str) -> Iterator[str]:
    yield from _upper_bound(len(value), shape, path, "length")
    pattern = shape.metadata.get("pattern", "")
    if (compiled := _python_pattern(pattern)) is not None and not compiled.fullmatch(value):
        yield f"Value '{value}' at '{path}' failed to satisfy constraint: Member must satisfy pattern: {pattern}"
    allowed = shape.metadata.get("enum")
    if allowed is not None and value not in allowed:
        yield f"Value '{value}' at '{path}' failed to satisfy constraint: Member must satisfy enum value set: {allowed}"


@cache
def _python_pattern(pattern: str) -> re.Pattern | None:
    """A pattern of the API model for `re`, which has no \\p{...}; None for the few that it cannot express."""
    if not pattern:
        return None
    for theirs, ours in ((r"\p{L}", r"\w"), (r"\p{N}", r"\d"), (r"\p{Z}", r"\s")):
        pattern = pattern.replace(theirs, ours)
    # Two patterns of the model end in "${1,256}", which means nothing in any dialect but stops `re`.
    pattern = re.sub(r"\$\{\d+,\d+\}$", "", pattern)
    try:
        return re.compile(pattern, re.DOTALL)
    except re.error:
        return None


def _upper_bound(size: float, shape: Shape, path: str, what: str) -> Iterator[str]:
    most = shape.metadata.get("max")
    if most is not None and size > most:
        yield f"{what} {size} at '{path}' failed to satisfy constraint: Member must have {what} at most {most}"
