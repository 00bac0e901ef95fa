"""Parts of a domain's `Signals`: what is measured, and what is made of it."""

from typing import Annotated, Literal

from pydantic import Field

from inference.contracts.base import Contract

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]


class Doubt(Contract):
    """A channel whose median magnitude is above this cannot be in its unit; it then probably is in another."""

    above: float
    unit: str


class Channel(Contract):
    """One measured quantity. Beyond `low` and `high` a value is no reading of a working instrument."""

    name: Name
    unit: str
    low: float
    high: float
    meaning: str
    doubts: tuple[Doubt, ...] = Field(default=(), description="the first that applies is told")
    logarithmic_above: float | None = Field(default=None, gt=0, description="in pictures")


class Derived(Contract):
    """A difference of two channels that features are made of as of a measured one."""

    name: Name
    minuend: str
    subtrahend: str


class RuleSignal(Contract):
    """What the threshold rule puts a limit on: a feature, or the share by which it is off its typical value."""

    name: Name
    feature: str
    of: Literal["value", "deviation"] = "value"
