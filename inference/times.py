"""Times in callers' requests: ISO 8601 with a zone, in a year that a recording can be of."""

import re
from datetime import datetime
from typing import Any

ISO_8601 = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}\S*")
YEARS = range(1970, 2100)
"""A recording may count from an epoch of its own."""


def written_out(value: Any) -> Any:
    """The value, which pydantic reads as a time. A number is refused: nobody knows what it counts."""
    if not isinstance(value, str) or not ISO_8601.fullmatch(value):
        raise ValueError("write a time as ISO 8601 with its zone, as 2026-01-05T06:00:00Z")
    return value


def of_a_likely_year(time: datetime) -> datetime:
    if time.year not in YEARS:
        raise ValueError(f"the year is {time.year}; {YEARS[0]} to {YEARS[-1]} are possible")
    return time


def read_time(text: str) -> datetime:
    """Raises ValueError: it is no time, has no zone, or is of an unlikely year."""
    time = of_a_likely_year(datetime.fromisoformat(written_out(text)))
    if time.tzinfo is None:
        raise ValueError("the time has no zone; write it as 2026-01-05T06:00:00Z")
    return time
