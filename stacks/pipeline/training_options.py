"""What callers of a domain's trigger may choose, read off the container's hyperparameters."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from lambdas.training_trigger.spec import Option, OptionKind, OptionValue
from stacks.shared.validation import Problems
from training_containers.contract.hyperparameters import Hyperparameters

_KINDS: dict[Any, OptionKind] = {int: "int", float: "float", bool: "bool"}


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A hyperparameter as a domain offers it; what is None is as the container declares it."""

    name: str | None = None
    """camelCase, as callers write it."""
    default: OptionValue | None = None
    minimum: float | None = None
    maximum: float | None = None


def options_of(container: type[Hyperparameters], *as_declared: str, **offers: Offer) -> tuple[Option, ...]:
    """An option for each hyperparameter named, in the container's order; callers cannot set the others.

    Raises ValueError with every mistake: a name that the container does not have, and a bound or default that it would
    refuse. A real number's open bound (`gt=0`) is one of these: the domain says which closed one to take.
    """
    problems = Problems(f"options of {container.__name__}")
    offers = dict.fromkeys(as_declared, Offer()) | offers
    for name in sorted(offers.keys() - container.model_fields.keys()):
        problems.add(f"{name} is no hyperparameter; there are {', '.join(container.model_fields)}")
    options = [
        _option(name, field, offers[name], problems) for name, field in container.model_fields.items() if name in offers
    ]
    problems.raise_any()
    return tuple(options)


def _option(name: str, field: FieldInfo, offer: Offer, problems: Problems) -> Option:
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    kind: OptionKind = "choice" if choices else _KINDS[field.annotation]
    minimum, maximum = _bounds(field, open_by=1 if kind == "int" else 0)
    default = field.default if offer.default is None else offer.default
    minimum = minimum if offer.minimum is None else offer.minimum
    maximum = maximum if offer.maximum is None else offer.maximum
    declared: Any = Annotated[field.annotation, field]
    accepted: TypeAdapter[Any] = TypeAdapter(declared)
    for what, value in {"default": default, "minimum": minimum, "maximum": maximum}.items():
        try:
            if value is not None:
                accepted.validate_python(value)
        except ValidationError as error:
            problems.add(f"{name}: the container refuses the {what} {value!r}: {error.errors()[0]['msg']}")
    return Option(
        name=offer.name or to_camel(name),
        hyperparameter=name,
        kind=kind,
        default=default,
        minimum=minimum,
        maximum=maximum,
        choices=choices,
    )


def _bounds(field: FieldInfo, open_by: int) -> tuple[float | None, float | None]:
    """`open_by`: how far the nearest number lies from an open bound."""
    minimum: float | None = None
    maximum: float | None = None
    for bound in field.metadata:
        match bound:
            case Ge(ge=int() | float() as value):
                minimum = value
            case Gt(gt=int() | float() as value):
                minimum = value + open_by
            case Le(le=int() | float() as value):
                maximum = value
            case Lt(lt=int() | float() as value):
                maximum = value - open_by
    return minimum, maximum
