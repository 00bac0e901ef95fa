"""What is seen of one table while it is made: counts, ranges, runs of the label, sensors that do not work."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any, NamedTuple

import duckdb

from inference.contracts.base import Contract
from inference.contracts.zones import ZoneSignals
from lambdas.data_prep.sensor_zones.engine import name

FAR = 8
"""Standard deviations from the mean from which on a value is an outlier."""
LEAST_STUCK = 100
"""Readings of a sensor from which on one value throughout means that it is stuck."""


class ChannelSeen(Contract):
    """Of the values as they were read, in the channel's unit."""

    values: int
    low: float | None
    high: float | None
    mean: float | None
    deviation: float
    outside: int
    """Beyond the channel's limits."""
    far: int
    """Further than FAR deviations from the mean."""


class SensorSeen(Contract):
    name: str
    zone: str
    rows: int
    hazards: int
    stuck: tuple[str, ...]
    """Channels with one value throughout."""


class Run(Contract):
    """A stretch of the hazard's label in one zone."""

    zone: str
    start_us: int
    end_us: int
    """Of its last step's end."""


class TableSeen(Contract):
    rows: int
    unread: int
    """Values that are no numbers."""
    duplicates: int
    replaced: int
    """Readings that a later one of the same step replaced."""
    holes: int
    """Sensors and steps without a reading."""
    hazards: int
    calm: int
    steps: int
    channels: dict[str, ChannelSeen]
    sensors: tuple[SensorSeen, ...]
    runs: tuple[Run, ...]
    digest: str = ""
    """Of the table's file; empty: there is none."""


class Of(NamedTuple):
    """One sensor's values of one channel."""

    values: int
    low: float | None
    high: float | None
    total: float | None
    squares: float | None


class Series(NamedTuple):
    """All that is counted of one sensor."""

    zone: str
    sensor: str
    rows: int
    hazards: int
    unread: int
    first: int
    last: int
    channels: tuple[Of, ...]


def series_of(con: duckdb.DuckDBPyConnection, signals: ZoneSignals) -> list[Series]:
    """Of `readings`, in one pass."""
    counted = []
    for one in signals.names:
        column = name(one)
        counted += [f"{function}({column})" for function in ("count", "min", "max", "sum")]
        counted.append(f"sum(CAST({column} AS DOUBLE) * {column})")
    rows = con.execute(
        f"""SELECT zone, sensor, count(*), count_if(hazard), sum(unread), min(step), max(step), {", ".join(counted)}
        FROM readings GROUP BY zone, sensor ORDER BY sensor, zone"""
    ).fetchall()
    fixed, each = len(Series._fields) - 1, len(Of._fields)
    found = []
    for row in rows:
        channels = tuple(Of(*row[start : start + each]) for start in range(fixed, len(row), each))
        found.append(Series._make((*row[:fixed], channels)))
    return found


def channels_of(
    con: duckdb.DuckDBPyConnection, series: Sequence[Series], signals: ZoneSignals
) -> dict[str, ChannelSeen]:
    """Values are looked at a second time only where some are beyond the limits, or far from the others."""
    found: dict[str, dict[str, Any]] = {}
    conditions: dict[tuple[str, str], str] = {}
    for number, channel in enumerate(signals.channels):
        of = [one.channels[number] for one in series]
        values = sum(one.values for one in of)
        low = min((one.low for one in of if one.low is not None), default=None)
        high = max((one.high for one in of if one.high is not None), default=None)
        mean = sum(one.total or 0.0 for one in of) / values if values else None
        squares = sum(one.squares or 0.0 for one in of)
        deviation = sqrt(max(squares / values - mean**2, 0.0)) if mean is not None else 0.0
        column = name(channel.name)
        found[channel.name] = {"values": values, "low": low, "high": high, "mean": mean, "deviation": deviation}
        if mean is None or low is None or high is None:
            continue
        if low < channel.low or high > channel.high:
            conditions[channel.name, "outside"] = (
                f"{column} < {channel.low!r}::FLOAT OR {column} > {channel.high!r}::FLOAT"
            )
        if deviation > 0 and max(high - mean, mean - low) > FAR * deviation:
            conditions[channel.name, "far"] = f"abs({column} - ({mean!r})) > {FAR * deviation!r}"
    counts = _counted(con, conditions)
    return {
        channel: ChannelSeen(**told, outside=counts.get((channel, "outside"), 0), far=counts.get((channel, "far"), 0))
        for channel, told in found.items()
    }


def _counted(con: duckdb.DuckDBPyConnection, conditions: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], int]:
    if not conditions:
        return {}
    counted = ", ".join(f"count_if({condition})" for condition in conditions.values())
    return dict(zip(conditions, con.execute(f"SELECT {counted} FROM readings").fetchall()[0], strict=True))


def sensors_of(series: Sequence[Series], signals: ZoneSignals) -> tuple[SensorSeen, ...]:
    return tuple(
        SensorSeen(
            name=one.sensor,
            zone=one.zone,
            rows=one.rows,
            hazards=one.hazards,
            stuck=tuple(
                channel
                for channel, of in zip(signals.names, one.channels, strict=True)
                if of.values >= LEAST_STUCK and of.low == of.high
            ),
        )
        for one in series
    )


def runs_of(con: duckdb.DuckDBPyConnection, signals: ZoneSignals) -> tuple[Run, ...]:
    """Of `readings`; a pause that values are carried over is no end."""
    step_us = signals.step_s * 1_000_000
    rows = con.execute(
        f"""WITH burning AS (SELECT DISTINCT zone, step FROM readings WHERE hazard),
        told AS (SELECT zone, step, step - lag(step) OVER (PARTITION BY zone ORDER BY step) AS pause FROM burning),
        numbered AS (
            SELECT zone, step, count_if(coalesce(pause > {signals.fill_steps + 1}, true))
            OVER (PARTITION BY zone ORDER BY step) AS run FROM told)
        SELECT zone, min(step) * {step_us}, (max(step) + 1) * {step_us} FROM numbered GROUP BY zone, run ORDER BY ALL"""
    ).fetchall()
    return tuple(Run(zone=zone, start_us=start, end_us=end) for zone, start, end in rows)
