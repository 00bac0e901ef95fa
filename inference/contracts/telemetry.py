"""Telemetry: what is measured of an entity, how often, and what to warn of. The values are each domain's own data."""

import math
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from inference.contracts.base import Contract
from inference.contracts.channels import Channel, Derived, Name, RuleSignal

SPIKE_STEPS = 3
"""A reading counts as the median of so many steps, its own the last: one that stands alone is no reading."""
TIMESTAMP = "timestamp"

Seconds = Annotated[int, Field(gt=0)]


class Signals(Contract):
    """All that data prep, training and serving must know of a domain's telemetry.

    Readings are put on a time grid; the latest reading of a step counts. Features of a window are each channel's latest
    value, its changes, and means and standard deviations over `spans_s`. The first class is the answer for a window
    that no event follows within the horizon, the second for one that an event follows.
    """

    channels: tuple[Channel, ...] = Field(min_length=1)
    derived: tuple[Derived, ...] = ()
    rule: tuple[RuleSignal, ...] = Field(min_length=1, description="what a plain threshold rule would look at")
    classes: tuple[Name, Name]
    entity: Name = Field(description="what is judged; its identifier is the column and field `<entity>_id`")
    site: Name = Field(default="site", description="where entities stand together; optional column `<site>_id`")
    event: Name = Field(description="what to warn of; optional column: 1 from the event on")
    fault: Name = Field(default="fault", description="optional column: 1 while the entity has a known fault")
    step_s: Seconds = Field(description="of the time grid")
    coarsest_step_s: Seconds = Field(description="an entity is read at least this often")
    fill_s: int = Field(ge=0, description="a missing value is carried forward for at most so long, never backward")
    spans_s: tuple[Seconds, ...] = Field(min_length=1, description="of statistics, rising; the last is the window")
    decision_s: Seconds = Field(description="how often an entity is judged")
    horizon_s: Seconds = Field(description="the hazard to warn of: an event within this time")
    horizon_range_s: tuple[Seconds, Seconds] = Field(description="the horizons that a run may be trained with")
    least_warning_s: Seconds = Field(description="a later warning does not count as one")
    off_delay_s: Seconds = Field(description="positive decisions with shorter pauses are one alarm")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = [*self._time_faults(), *self._name_faults()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _time_faults(self) -> Iterator[str]:
        multiples = [("fill_s", self.fill_s), ("decision_s", self.decision_s), ("spans_s", self.spans_s[0])]
        for name, value in multiples:
            if value % self.step_s:
                yield f"{name} is {value}; it must be a multiple of step_s ({self.step_s})"
        if any(longer % self.spans_s[0] or longer <= span for span, longer in pairwise(self.spans_s)):
            yield f"spans_s are {self.spans_s}; they must rise, and be multiples of the first"
        if not self.step_s <= self.coarsest_step_s <= self.window_s // 2:
            yield f"coarsest_step_s is {self.coarsest_step_s}; {self.step_s} to {self.window_s // 2} are possible"
        low, high = self.horizon_range_s
        if not low <= self.horizon_s <= high:
            yield f"horizon_s is {self.horizon_s}, outside horizon_range_s ({low} to {high})"

    def _name_faults(self) -> Iterator[str]:
        columns = [*self.required_columns, *self.optional_columns]
        names = [*columns, *(one.name for one in self.derived)]
        for name in sorted(name for name, count in Counter(names).items() if count > 1):
            yield f"the name '{name}' stands {Counter(names)[name]} times among columns and derived channels"
        for name in sorted(name for name in {*columns} if hasattr(BaseModel, name)):
            yield f"'{name}' cannot be a column's name; take another"
        if self.classes[0] == self.classes[1]:
            yield f"the classes are both '{self.classes[0]}'"
        wanted = {channel for one in self.derived for channel in (one.minuend, one.subtrahend)}
        for name in sorted(wanted - set(self.channel_names)):
            yield f"a derived channel is made of '{name}', which is no channel"
        for name in sorted({signal.feature for signal in self.rule} - set(self.feature_names)):
            yield f"the rule looks at '{name}', which is no feature (for example '{self.feature_names[0]}')"

    @property
    def clear(self) -> str:
        """The class of a window that no event follows."""
        return self.classes[0]

    @property
    def hazard(self) -> str:
        """The class of a window that an event follows."""
        return self.classes[1]

    @property
    def entity_id(self) -> str:
        return f"{self.entity}_id"

    @property
    def site_id(self) -> str:
        return f"{self.site}_id"

    @cached_property
    def channel_names(self) -> tuple[str, ...]:
        return tuple(channel.name for channel in self.channels)

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Of a raw table."""
        return (TIMESTAMP, self.entity_id, *self.channel_names)

    @property
    def optional_columns(self) -> tuple[str, ...]:
        return (self.site_id, self.event, self.fault)

    @property
    def lags_s(self) -> tuple[int, ...]:
        """Between the two means of a change."""
        lags = (*self.spans_s[:-1], self.window_s - self.spans_s[0])
        return tuple(lag for lag in dict.fromkeys(lags) if lag)

    @cached_property
    def feature_names(self) -> tuple[str, ...]:
        """`<channel>:<statistic>`, as in packages, captures and baselines."""
        statistics = (
            "now",
            *(f"delta_{short(lag)}" for lag in self.lags_s),
            *(f"mean_{short(span)}" for span in self.spans_s),
            *(f"std_{short(span)}" for span in self.spans_s),
        )
        bases = (*self.channel_names, *(one.name for one in self.derived))
        return tuple(f"{base}:{statistic}" for statistic in statistics for base in bases)

    def level(self, channel: str) -> int:
        """Number of the feature that tells a channel's level: its mean over the shortest span."""
        return self.feature_names.index(f"{channel}:mean_{short(self.spans_s[0])}")

    @property
    def window_s(self) -> int:
        return self.spans_s[-1]

    @property
    def window_steps(self) -> int:
        return self.window_s // self.step_s

    @property
    def fill_steps(self) -> int:
        return self.fill_s // self.step_s

    @property
    def decision_steps(self) -> int:
        return self.decision_s // self.step_s

    @property
    def least_steps(self) -> int:
        """Steps of a window with a reading: at least half of what the coarsest readings fill."""
        return self.window_s // self.coarsest_step_s // 2

    @property
    def history_steps(self) -> int:
        """Readings that one prediction can make use of: the window, and what is carried into it."""
        return self.window_steps + SPIKE_STEPS - 1 + self.fill_steps

    @property
    def history(self) -> str:
        """The same in whole minutes, as a person says it."""
        return spoken(60 * math.ceil(self.history_steps * self.step_s / 60))


def short(seconds: int) -> str:
    """As in the names of features: 5m, 20s."""
    return f"{seconds}s" if seconds % 60 else f"{seconds // 60}m"


def spoken(seconds: float) -> str:
    """As in sentences: 10 minutes, 90 s."""
    return f"{seconds:g} s" if seconds % 60 or seconds < 120 else f"{seconds / 60:g} minutes"
