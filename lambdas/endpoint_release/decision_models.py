"""Actions that a person decides, through the registry."""

from typing import Literal

from pydantic import Field

from inference.contracts.base import Contract


class Decision(Contract):
    """Of a release."""

    by: str = Field(min_length=1, description="ARN of the caller")
    revision: int | None = Field(default=None, description="of the release state that was decided about; None: any")


class ManualShift(Decision):
    """Raise the challenger's share; the state machine goes on from there and never lowers it."""

    action: Literal["manual_shift"]
    release: str
    percentage: int = Field(ge=1, le=100)


class ManualPromote(Decision):
    action: Literal["manual_promote"]
    release: str


class ManualRollBack(Decision):
    action: Literal["manual_roll_back"]
    release: str = Field(description="the challenger, or a champion with another before it")
    reason: str = Field(min_length=1, max_length=500)


DecisionEvent = ManualShift | ManualPromote | ManualRollBack
