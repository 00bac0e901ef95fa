"""From a JSON request to the grid that features are made of: `{"windows": [{"<entity>_id", "readings": [...]}]}`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    FailFast,
    Field,
    ValidationError,
    create_model,
)
from pydantic_core import ErrorDetails

from inference.contracts.base import Contract
from inference.contracts.channels import Channel
from inference.contracts.strict_json import NotJson, strict_loads
from inference.contracts.telemetry import TIMESTAMP, Signals, spoken
from inference.errors import BadRequest
from inference.refusals import message, refusal
from inference.tabular.features import to_grid
from inference.times import of_a_likely_year, written_out

MAX_WINDOWS = 256
MAX_READINGS = 1000


@dataclass(frozen=True)
class Window:
    """Recent readings of one entity, oldest first; what was not measured is NaN."""

    entity_id: str
    times: tuple[datetime, ...]
    values: NDArray[np.float64]  # (readings, channels)

    @property
    def at(self) -> datetime:
        return self.times[-1]

    def grid(self, signals: Signals) -> NDArray[np.float64]:
        """The last `history_steps` grid steps, (history_steps, channels); what was not measured is NaN."""
        seconds = np.array([time.timestamp() for time in self.times])
        first = int(seconds[-1] // signals.step_s) - (signals.history_steps - 1)
        return to_grid(seconds, self.values, first, signals.history_steps, signals.step_s)


class WindowReader:
    """Reads requests of one domain's signals; made once a loaded model."""

    def __init__(self, signals: Signals) -> None:
        self._signals = signals
        self._request = _request_model(signals)

    def read(self, body: bytes) -> tuple[Window, ...]:
        """Raises BadRequest: the first few faults of the first bad window, each with where it is."""
        try:
            request: Any = self._request.model_validate(strict_loads(body))
        except NotJson as error:
            raise BadRequest(f"The request is no JSON: {error}.") from None
        except ValidationError as error:
            raise refusal(error, self._say) from None
        return tuple(self._window(one) for one in request.windows)

    def _window(self, asked: Any) -> Window:
        names = self._signals.channel_names
        return Window(
            entity_id=getattr(asked, self._signals.entity_id),
            times=tuple(reading.timestamp for reading in asked.readings),
            values=np.array([[getattr(one, name) for name in names] for one in asked.readings], dtype=np.float64),
        )

    def _say(self, fault: ErrorDetails) -> str:
        if fault["type"] == "extra_forbidden":
            return f"this field is unknown; a reading has {TIMESTAMP}, {', '.join(self._signals.channel_names)}"
        return message(fault)


def _request_model(signals: Signals) -> type[BaseModel]:
    """One window, or a batch; of a reading each channel under its name and in its unit. `entity_id` is the router's."""
    time = Annotated[AwareDatetime, BeforeValidator(written_out), AfterValidator(of_a_likely_year)]
    values = {channel.name: (Annotated[float, _within(channel)] | None, None) for channel in signals.channels}
    reading = _model("Reading", {TIMESTAMP: time, **values})
    identifier = Annotated[str, Field(min_length=1, max_length=256)]
    readings = _several(reading, Field(min_length=1, max_length=MAX_READINGS))
    window = _with(_model("Window", {signals.entity_id: identifier, "readings": readings}), _usable(signals))
    windows = _several(window, Field(min_length=1, max_length=MAX_WINDOWS), FailFast())
    return _model("WindowsRequest", {"windows": windows, "entity_id": (str | None, None)})


def _model(name: str, fields: dict[str, Any]) -> Any:
    return create_model(name, __base__=Contract, **fields)


def _several(kind: Any, *rules: Any) -> Any:
    return Annotated[tuple[kind, ...], *rules]


def _with(kind: Any, check: Callable[[Any], Any]) -> Any:
    return Annotated[kind, AfterValidator(check)]


def _within(channel: Channel) -> Any:
    """What no working instrument can mean is refused, not taken for a reading nor left out."""
    return Field(strict=True, allow_inf_nan=False, ge=channel.low, le=channel.high)


def _usable(signals: Signals) -> Callable[[Any], Any]:
    """Checks that readings are in order, and enough of them for a window."""

    def check(window: Any) -> Any:
        times = np.array([reading.timestamp.timestamp() for reading in window.readings])
        backward = np.flatnonzero(np.diff(times) <= 0)
        if backward.size:
            first = int(backward[0]) + 1
            raise ValueError(
                f"readings must be in order of time and distinct; number {first} ({window.readings[first].timestamp}) "
                "is not later than the one before"
            )
        steps = np.unique(times // signals.step_s).astype(np.int64)
        if steps[-1] - steps[0] < signals.window_steps - 1:
            raise ValueError(
                f"the window spans {(steps[-1] - steps[0]) * signals.step_s} s; "
                f"at least {(signals.window_steps - 1) * signals.step_s} s are needed, better {signals.history}"
            )
        read = int((steps > steps[-1] - signals.window_steps).sum())
        if read < signals.least_steps:
            raise ValueError(
                f"the last {spoken(signals.window_s)} have readings in {read} of {signals.window_steps} steps of "
                f"{signals.step_s} s; at least {signals.least_steps} are needed"
            )
        return window

    return check


def due_decisions(
    grid: NDArray[np.floating], ends: NDArray[np.int64], signals: Signals
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """What a caller who asks at steps `ends` of an entity's grid, with the readings that count, gets.

    Returns:
        The step of the latest reading by then, which a window ends with; and whether a `WindowReader` would accept it.
        Asked of no new reading since the decision before, there is none: not accepted either.
    """
    read = ~np.isnan(grid).all(axis=1)
    latest = np.maximum.accumulate(np.where(read, np.arange(len(grid)), -1))[ends]
    before = np.r_[0, np.cumsum(read)]  # steps read before each step
    window = np.maximum(latest + 1 - signals.window_steps, 0)
    oldest = np.maximum(latest + 1 - signals.history_steps, 0)
    enough = before[latest + 1] - before[window] >= signals.least_steps
    long_enough = (before[window + 1] - before[oldest] > 0) & (latest >= signals.window_steps - 1)
    return latest, enough & long_enough & (ends - latest < signals.decision_steps)
