"""What a caller is told whose request cannot be answered: one sentence, each fault with where it is."""

from collections.abc import Callable

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from inference.errors import BadRequest

SHOWN = 5
LONGEST = 64
"""Characters of a name that the caller made up."""

Location = tuple[int | str, ...]


def refusal(error: ValidationError, say: Callable[[ErrorDetails], str]) -> BadRequest:
    """The first few faults. `say`: what a fault is; see `message` for pydantic's own words."""
    faults = error.errors(include_url=False)
    told = [f"{_place(fault['loc'])}: {say(fault)}" for fault in faults[:SHOWN]]
    more = [f"and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
    return _refusal([*told, *more])


def refused(where: Location, what: str) -> BadRequest:
    return _refusal([f"{_place(where)}: {what}"])


def message(fault: ErrorDetails) -> str:
    return str(fault["msg"]).removeprefix("Value error, ")


def _refusal(told: list[str]) -> BadRequest:
    return BadRequest(f"The request cannot be answered: {'; '.join(told)}.")


def _place(where: Location) -> str:
    """As windows.0.readings.3.voltage_v."""
    return ".".join(ascii(step).strip("'")[:LONGEST] for step in where) or "the body"
