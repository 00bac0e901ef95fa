"""From a JSON request to the grid that features are made of: `{"windows": [{"module_id", "readings": [...]}]}`."""

import re
from datetime import datetime
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, FailFast, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from inference.contracts.base import Contract
from inference.contracts.strict_json import NotJson, strict_loads
from inference.contracts.telemetry import (
    CHANNELS,
    DECISION_SECONDS,
    HISTORY_STEPS,
    LEAST_STEPS,
    STEP_SECONDS,
    WINDOW_STEPS,
)
from inference.errors import BadRequest
from inference.tabular.features import to_grid

MAX_WINDOWS = 256
MAX_READINGS = 1000
SHOWN = 5
DECISION_STEPS = DECISION_SECONDS // STEP_SECONDS

_RANGES = {channel.name: (channel.low, channel.high) for channel in CHANNELS}
_ISO_8601 = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*")
_YEARS = range(1970, 2100)
"""A recording may count from an epoch of its own."""


def _within(name: str) -> Any:
    """Of one channel: what no working instrument can mean is refused, not taken for a reading nor left out."""
    low, high = _RANGES[name]
    return Field(strict=True, allow_inf_nan=False, ge=low, le=high)


def _written_out(value: Any) -> Any:
    if not isinstance(value, str) or not _ISO_8601.fullmatch(value):
        raise ValueError("write a time as ISO 8601 with its zone, as 2026-01-05T06:00:00Z")
    return value


def _of_a_likely_year(time: datetime) -> datetime:
    if time.year not in _YEARS:
        raise ValueError(f"the year is {time.year}; {_YEARS[0]} to {_YEARS[-1]} are possible")
    return time


class Reading(Contract):
    """One value a channel, under its documented name and unit; null or absent: not measured."""

    timestamp: Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_of_a_likely_year)]
    voltage_v: Annotated[float, _within("voltage_v")] | None = None
    current_a: Annotated[float, _within("current_a")] | None = None
    temperature_mean_c: Annotated[float, _within("temperature_mean_c")] | None = None
    temperature_max_c: Annotated[float, _within("temperature_max_c")] | None = None
    ambient_c: Annotated[float, _within("ambient_c")] | None = None
    strain_ue: Annotated[float, _within("strain_ue")] | None = None
    gas_ppm: Annotated[float, _within("gas_ppm")] | None = None


class Window(Contract):
    """Readings of one module, oldest first, over at least ten minutes; the last eleven minutes of them count."""

    module_id: str = Field(min_length=1, max_length=256)
    readings: tuple[Reading, ...] = Field(min_length=1, max_length=MAX_READINGS)

    @model_validator(mode="after")
    def _usable(self) -> Self:
        times = np.array([reading.timestamp.timestamp() for reading in self.readings])
        backward = np.flatnonzero(np.diff(times) <= 0)
        if backward.size:
            first = int(backward[0]) + 1
            raise ValueError(
                f"readings must be in order of time and distinct; number {first} ({self.readings[first].timestamp}) "
                "is not later than the one before"
            )
        steps = np.unique(times // STEP_SECONDS).astype(np.int64)
        if not spans_window(steps[0], steps[-1]):
            raise ValueError(
                f"the window spans {(steps[-1] - steps[0]) * STEP_SECONDS} s; "
                f"at least {(WINDOW_STEPS - 1) * STEP_SECONDS} s are needed, better 12 minutes"
            )
        read = int((steps > steps[-1] - WINDOW_STEPS).sum())
        if read < LEAST_STEPS:
            raise ValueError(
                f"the last ten minutes have readings in {read} of {WINDOW_STEPS} steps of {STEP_SECONDS} s; "
                f"at least {LEAST_STEPS} are needed"
            )
        return self

    @property
    def at(self) -> datetime:
        return self.readings[-1].timestamp

    def grid(self) -> NDArray[np.float64]:
        """The last HISTORY_STEPS grid steps, (HISTORY_STEPS, channels); what was not measured is NaN."""
        names = [channel.name for channel in CHANNELS]
        values = np.array([[getattr(reading, name) for name in names] for reading in self.readings], dtype=np.float64)
        seconds = np.array([reading.timestamp.timestamp() for reading in self.readings])
        first = int(seconds[-1] // STEP_SECONDS) - (HISTORY_STEPS - 1)
        return to_grid(seconds, values, first, HISTORY_STEPS)


def spans_window(first_step: int, last_step: int) -> bool:
    """Whether readings from one grid step to another are ten minutes of them."""
    return last_step - first_step >= WINDOW_STEPS - 1


def due_decisions(grid: NDArray[np.floating], ends: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """What a caller who asks at steps `ends` of a module's grid, with the readings of the last eleven minutes, gets.

    Returns:
        The step of the latest reading by then, which a window ends with; and whether `Window` would accept it. Asked
        of no new reading since the decision before, there is none: not accepted either.
    """
    read = ~np.isnan(grid).all(axis=1)
    latest = np.maximum.accumulate(np.where(read, np.arange(len(grid)), -1))[ends]
    before = np.r_[0, np.cumsum(read)]  # steps read before each step
    window = np.maximum(latest + 1 - WINDOW_STEPS, 0)
    oldest = np.maximum(latest + 1 - HISTORY_STEPS, 0)
    enough = before[latest + 1] - before[window] >= LEAST_STEPS
    long_enough = (before[window + 1] - before[oldest] > 0) & (latest >= WINDOW_STEPS - 1)
    return latest, enough & long_enough & (ends - latest < DECISION_STEPS)


class WindowsRequest(Contract):
    """One window, or a batch."""

    windows: Annotated[tuple[Window, ...], Field(min_length=1, max_length=MAX_WINDOWS), FailFast()]
    entity_id: str | None = Field(default=None, description="for the router; a model does not need it")


def parse_windows(body: bytes) -> tuple[Window, ...]:
    """Raises BadRequest: the first few faults of the first bad window, each with where it is."""
    try:
        return WindowsRequest.model_validate(strict_loads(body)).windows
    except NotJson as error:
        raise BadRequest(f"The request is no JSON: {error}.") from None
    except ValidationError as error:
        faults = error.errors(include_url=False)
    told = [f"{'.'.join(map(str, fault['loc'])) or 'the body'}: {_what(fault)}" for fault in faults[:SHOWN]]
    more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
    raise BadRequest(f"The request cannot be answered: {'; '.join(told)}{more}.")


def _what(fault: ErrorDetails) -> str:
    if fault["type"] == "extra_forbidden":
        return f"this field is unknown; a reading has timestamp, {', '.join(channel.name for channel in CHANNELS)}"
    return str(fault["msg"]).removeprefix("Value error, ")
