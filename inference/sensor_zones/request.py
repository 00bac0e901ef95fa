"""The shape of a request: windows of zones, their sensors' readings, and those of the zones beside.

Readings stay dictionaries, for thousands of them are to be checked within a millisecond.
"""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import FailFast, Field, TypeAdapter, with_config
from pydantic_core import ErrorDetails
from typing_extensions import TypedDict

from inference.contracts.zones import ZoneChannel, ZoneSignals
from inference.refusals import message

MAX_WINDOWS = 64
MAX_SENSORS = 64
"""Of a zone; and so many zones beside one."""
MAX_READINGS = 1000
TIMESTAMP, ZONE_ID, SENSORS, ADJACENT = "timestamp", "zone_id", "sensors", "adjacent"
TIME_WRITTEN = "write a time as ISO 8601 with its zone, as 2026-01-05T06:00:00Z"
Name = Annotated[str, Field(min_length=1, max_length=256)]


def request_type(signals: ZoneSignals) -> TypeAdapter[Any]:
    """Of a request as a dictionary. A channel that a reading lacks is None in it; `entity_id` is the router's."""
    values = {channel.name: _default(_within(channel) | None, None) for channel in signals.channels}
    readings: Any = _list(_closed("Reading", {TIMESTAMP: str, **values}), 0, MAX_READINGS)
    sensors: Any = Annotated[dict[Name, readings], Field(max_length=MAX_SENSORS)]
    adjacent = _default(Annotated[dict[Name, sensors], Field(max_length=MAX_SENSORS)], {})
    own = Annotated[sensors, Field(min_length=1)]
    window = _closed("Window", {ZONE_ID: Name, SENSORS: own, ADJACENT: adjacent})
    request = {"windows": _list(window, 1, MAX_WINDOWS), "entity_id": _default(str | None, None)}
    return TypeAdapter(_closed("Request", request))


def say_of(signals: ZoneSignals) -> Callable[[ErrorDetails], str]:
    """What a fault is, in words."""
    known = {
        1: "a request has windows, entity_id",
        3: f"a window has {ZONE_ID}, {SENSORS}, {ADJACENT}",
    }
    reading = f"a reading has {TIMESTAMP}, {', '.join(signals.names)}"

    def say(fault: ErrorDetails) -> str:
        if fault["type"] == "extra_forbidden":
            return f"this field is unknown; {known.get(len(fault['loc']), reading)}"
        if fault["type"] == "string_type" and fault["loc"][-1] == TIMESTAMP:
            return TIME_WRITTEN
        return message(fault)

    return say


def _closed(name: str, fields: dict[str, Any]) -> Any:
    """A dictionary of these fields and no others."""
    kind = TypedDict(name, fields)  # type: ignore[misc]  # the signals name them
    return with_config(extra="forbid")(kind)


def _list(kind: Any, least: int, most: int) -> Any:
    return Annotated[list[kind], Field(min_length=least, max_length=most), FailFast()]


def _default(kind: Any, value: Any) -> Any:
    return Annotated[kind, Field(default=value)]


def _within(channel: ZoneChannel) -> Any:
    """What no working instrument can mean is refused, not taken for a reading nor left out."""
    return Annotated[float, Field(strict=True, allow_inf_nan=False, ge=channel.low, le=channel.high)]
