"""Timestamps of a raw table as UTC. Pure."""

from typing import Protocol

import pandas as pd

from lambdas.data_prep.telemetry.reading import Unusable
from lambdas.data_prep.telemetry.reasons import Reason
from lambdas.data_prep.telemetry.schema import Source

EARLIEST, LATEST = pd.Timestamp("2000-01-01", tz="UTC"), pd.Timestamp("2100-01-01", tz="UTC")
ISO = "iso8601"


class AddFinding(Protocol):
    def __call__(self, kind: str, count: int, detail: str, *, repaired: bool) -> None: ...


def parse_times(raw: pd.DataFrame, source: Source, add: AddFinding) -> pd.Series:
    """UTC times with millisecond resolution.

    Raises Unusable: a time that cannot be read, a number without a unit, or years that no telemetry is from.
    """
    values = raw[source.column]
    if values.isna().any():
        raise Unusable(
            Reason.BAD_TIMESTAMPS, f"{int(values.isna().sum())} rows have no '{source.column}'; fill or remove them."
        )
    times = _parse(values, source)
    if times.dt.tz is None:
        times = times.dt.tz_localize("UTC")
        add("no_time_zone", len(times), "timestamps have no time zone; taken as UTC.", repaired=True)
    times = times.dt.tz_convert("UTC").dt.as_unit("ms")
    if times.min() < EARLIEST or times.max() > LATEST:
        raise Unusable(
            Reason.BAD_TIMESTAMPS,
            f"'{source.column}' reaches from {times.min():%Y-%m-%d} to {times.max():%Y-%m-%d}; "
            "check its unit (s, ms, us, ns) and name it in schema.json.",
        )
    return times


def _parse(values: pd.Series, source: Source) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(values):
        return values
    numeric = pd.api.types.is_numeric_dtype(values)
    if numeric and source.unit in (None, ISO):
        raise Unusable(
            Reason.BAD_TIMESTAMPS,
            f"'{source.column}' holds numbers ({values.iloc[0]}) without a unit; name s, ms, us or ns in schema.json.",
        )
    if numeric:
        return pd.to_datetime(values, unit=source.unit, utc=True)
    times = pd.to_datetime(
        values, format="ISO8601", errors="coerce", utc=bool(values.str.contains(r"Z|[+-]\d\d:?\d\d$").any())
    )
    unread = times.isna()
    if unread.any():
        raise Unusable(
            Reason.BAD_TIMESTAMPS,
            f"{int(unread.sum())} values of '{source.column}' are no ISO 8601 times, the first is "
            f"{values[unread].iloc[0]!r}; write 2026-01-05T06:00:00Z.",
        )
    return times
