"""The shape of a request: windows of zones, their sensors' readings, and those of the zones beside.

Readings stay dictionaries, for thousands of them are to be checked within a millisecond.
"""

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Annotated, Any, NotRequired

from pydantic import FailFast, Field, TypeAdapter, with_config
from pydantic_core import ErrorDetails
from typing_extensions import TypedDict

from inference.contracts.zones import ZoneChannel, ZoneSignals
from inference.refusals import message

MAX_WINDOWS = 64
MAX_SENSORS = 64
"""Of a zone; and so many zones beside one."""
MAX_READINGS = 1000
WINDOWS, ENTITY_ID = "windows", "entity_id"
TIMESTAMP, ZONE_ID, SENSORS, ADJACENT = "timestamp", "zone_id", "sensors", "adjacent"
TIME_WRITTEN = "write a time as ISO 8601 with its zone, as 2026-01-05T06:00:00Z"
Name = Annotated[str, Field(min_length=1, max_length=256)]


def request_type(signals: ZoneSignals) -> TypeAdapter[Any]:
    """Of a request as a dictionary. A channel that is None, or that a reading lacks, was not measured; `entity_id` is
    the router's."""
    values = {channel.name: NotRequired[_within(channel) | None] for channel in signals.channels}
    readings: Any = _list(_closed("Reading", {TIMESTAMP: str, **values}), 0, MAX_READINGS)
    sensors: Any = Annotated[dict[Name, readings], Field(max_length=MAX_SENSORS)]
    adjacent: Any = NotRequired[Annotated[dict[Name, sensors], Field(max_length=MAX_SENSORS)]]
    own = Annotated[sensors, Field(min_length=1)]
    window = _closed("Window", {ZONE_ID: Name, SENSORS: own, ADJACENT: adjacent})
    request = {WINDOWS: _list(window, 1, MAX_WINDOWS), ENTITY_ID: NotRequired[str | None]}
    return TypeAdapter(_closed("Request", request))


def strings_of(request: Mapping[str, Any]) -> int:
    """How many strings the text of a request had, names of fields included, if no field stood in it twice."""
    found = len(request) + isinstance(request.get(ENTITY_ID), str)
    for window in request[WINDOWS]:
        adjacent = window.get(ADJACENT, {})
        found += len(window) + 1 + len(adjacent)
        for sensors in (window[SENSORS], *adjacent.values()):
            readings = list(chain.from_iterable(sensors.values()))
            found += len(sensors) + sum(map(len, readings)) + len(readings)  # a reading's one string is its time
    return found


def say_of(signals: ZoneSignals) -> Callable[[ErrorDetails], str]:
    """What a fault is, in words."""
    known = {
        1: f"a request has {WINDOWS}, {ENTITY_ID}",
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


def _within(channel: ZoneChannel) -> Any:
    """What no working instrument can mean is refused, not taken for a reading nor left out."""
    return Annotated[float, Field(strict=True, allow_inf_nan=False, ge=channel.low, le=channel.high)]
