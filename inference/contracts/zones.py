"""Sensors in zones: what is read, on which grid, and what a window of a zone is. A domain's data, never code."""

from typing import Self

from pydantic import Field, model_validator

from inference.contracts.base import Contract
from inference.contracts.dataset import Item


class ZoneChannel(Contract):
    """One measured quantity. Beyond `low` and `high` a value is no reading of a working instrument."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    unit: str
    low: float
    high: float
    meaning: str = ""


class ZoneSignals(Contract):
    """Readings are put on a grid of `step_s`; a zone is judged on its last `window_steps`."""

    channels: tuple[ZoneChannel, ...] = Field(min_length=1)
    step_s: int = Field(default=10, ge=1)
    window_steps: int = Field(default=30, ge=2)
    short_steps: int = Field(default=6, ge=1, description="of the short means: what is happening now")
    fill_steps: int = Field(default=6, ge=0, description="a missing value is carried forward so far, never backward")
    sensors: int = Field(default=4, ge=1, description="of a zone that a model looks at, by name; others are left out")
    neighbours: int = Field(default=2, ge=0, description="adjacent zones that a model looks at, each by its mean")
    calm: str = "normal"
    hazard: str = "fire"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [channel.name for channel in self.channels]
        faults = [] if len(set(names)) == len(names) else [f"channels repeat: {names}"]
        if not self.short_steps < self.window_steps:
            faults.append(f"short_steps is {self.short_steps}; less than window_steps ({self.window_steps}) is allowed")
        faults += [
            f"{one.name}: low {one.low} is not below high {one.high}" for one in self.channels if one.low >= one.high
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(channel.name for channel in self.channels)

    @property
    def nodes(self) -> int:
        """Of a window: the zone's own sensors, then its neighbours."""
        return self.sensors + self.neighbours

    @property
    def history_steps(self) -> int:
        """Steps that one prediction can make use of: the window, and what is carried into it."""
        return self.window_steps + self.fill_steps


class ZoneLayout(Contract):
    """`zones.json` of a dataset version: what was read, and which zones are side by side."""

    signals: ZoneSignals
    adjacent: dict[str, tuple[str, ...]] = Field(default={}, description="zone -> zones beside it, by name")


class ZoneItem(Item):
    """One site's table of one time block; its group is the site. The label says whether it burns anywhere in it."""

    block: str = Field(description="the time block, e.g. 2025-01-06")
