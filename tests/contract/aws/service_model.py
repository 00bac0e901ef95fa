"""Requests held against AWS's own description of its services, all the way down.

botocore checks types, required and unknown members and lower bounds; patterns, enumerations and upper bounds it sends,
and the service refuses them at run time.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel, Shape
from botocore.validate import ParamValidator


@cache
def service(name: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(name)


def faults(name: str, operation: str, request: dict[str, Any]) -> list[str]:
    """What the service would refuse in a request, by its model alone."""
    shape = service(name).operation_model(operation).input_shape
    report = ParamValidator().validate(request, shape)
    if report.has_errors():
        return report.generate_report().splitlines()
    return list(_faults(request, shape, operation))


def _faults(value: Any, shape: Shape, where: str) -> Iterator[str]:
    match shape.type_name:
        case "structure":
            for name, one in value.items():
                yield from _faults(one, shape.members[name], f"{where}.{name}")
        case "list":
            yield from _upper_bound(len(value), shape, where)
            for index, one in enumerate(value):
                yield from _faults(one, shape.member, f"{where}[{index}]")
        case "map":
            yield from _upper_bound(len(value), shape, where)
            for name, one in value.items():
                yield from _faults(name, shape.key, f"{where}: the name {name}")
                yield from _faults(one, shape.value, f"{where}.{name}")
        case "string":
            yield from _upper_bound(len(value), shape, where)
            yield from _text(value, shape, where)
        case "integer" | "long" | "float" | "double":
            yield from _upper_bound(value, shape, where)


def _upper_bound(size: float, shape: Shape, where: str) -> Iterator[str]:
    most = shape.metadata.get("max")
    if most is not None and size > most:
        yield f"{where} has or is {size}, {most} at most"


def _text(value: str, shape: Shape, where: str) -> Iterator[str]:
    allowed = getattr(shape, "enum", [])
    if allowed and value not in allowed:
        yield f"{where} is {value!r}, none of the enumeration"
    pattern = shape.metadata.get("pattern")
    if pattern is not None and not re.fullmatch(_in_python(pattern), value, re.DOTALL):
        yield f"{where} is {value!r}, not {pattern}"


CLASSES = {"L": r"\w", "N": r"\w", "M": "", "Alnum": r"\w", "Z": r"\s", "Print": " -~", "ASCII": r"\x00-\x7f"} | {
    "P": r"!-/:-@\[-`{-~",
    "S": r"$+<=>\^`|~",
}


def _in_python(pattern: str) -> str:
    """Java's classes of characters are unknown to `re`, as is one slip of AWS's own."""
    alone = re.fullmatch(r"\\p\{(\w+)\}([*+])", pattern)
    if alone is not None:
        return f"[{CLASSES[alone[1]]}]{alone[2]}"
    pattern = re.sub(r"\\p\{(\w+)\}", lambda found: CLASSES[found[1]], pattern)
    return re.sub(r"\$\{\d+,\d+\}$", "", pattern)
