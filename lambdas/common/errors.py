"""Errors that a person reads. Step Functions matches their class names, so a name is part of the contract."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)
TOLD = 20
"""Faults told in full: a stranger's document may have a million."""


class VigilError(Exception):
    """Says what went wrong, the value, what is allowed and the fix; never shows a stack trace to a caller."""


class ConfigurationError(VigilError):
    """The function's environment variables are not what its models ask for: a fault of the deployment."""


class PayloadError(VigilError):
    """The event is not what the function takes: a fault of the caller."""


def sentences(error: ValidationError) -> str:
    """Faults of a pydantic validation in one line: `where: what (got value)`; ... At most TOLD, and how many more."""
    found = error.errors(include_url=False)
    faults = []
    for fault in found[:TOLD]:
        where = ".".join(str(part) for part in fault["loc"])
        got = "" if fault["type"] == "missing" else f" (got {fault['input']!r:.80})"
        faults.append(f"{where}: {fault['msg']}{got}" if where else f"{fault['msg']}{got}")
    more = f"; and {len(found) - TOLD} more" if len(found) > TOLD else ""
    return "; ".join(faults) + more


def parse(model: type[M], event: Any) -> M:
    """The event as `model`; raises PayloadError that names every fault."""
    try:
        return model.model_validate(event)
    except ValidationError as error:
        raise PayloadError(f"The event is not a {model.__name__}: {sentences(error)}.") from error
