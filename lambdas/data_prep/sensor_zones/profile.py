"""What is seen of one table while it is made: counts, ranges, runs of the label, sensors that do not work."""

from collections.abc import Mapping

import duckdb

from inference.contracts.base import Contract
from inference.contracts.zones import ZoneSignals
from lambdas.data_prep.sensor_zones.engine import name

FAR = 8
LEAST_STUCK = 100
"""Readings of a sensor from which on one value throughout means that it is stuck."""


class ChannelSeen(Contract):
    """Of the values as they were read, in the channel's unit."""

    values: int
    outside: int
    """Beyond the channel's limits."""
    low: float | None
    mean: float | None
    high: float | None
    deviation: float | None


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
    far: dict[str, int]
    """Channel -> values further from the table's mean than FAR deviations."""
    digest: str = ""
    """Of the table's file; empty: there is none."""


def channels_of(con: duckdb.DuckDBPyConnection, signals: ZoneSignals) -> dict[str, ChannelSeen]:
    """Of `readings`."""
    parts = []
    for one in signals.channels:
        column = name(one.name)
        parts += [
            f"count({column})",
            f"count_if({column} < {one.low!r}::FLOAT OR {column} > {one.high!r}::FLOAT)",
            *(f"{function}({column})" for function in ("min", "avg", "max", "stddev_pop")),
        ]
    found = con.execute(f"SELECT {', '.join(parts)} FROM readings").fetchall()[0]
    each = len(ChannelSeen.model_fields)
    return {
        channel: ChannelSeen(
            **dict(zip(ChannelSeen.model_fields, found[each * number : each * (number + 1)], strict=True))
        )
        for number, channel in enumerate(signals.names)
    }


def far_of(con: duckdb.DuckDBPyConnection, channels: Mapping[str, ChannelSeen]) -> dict[str, int]:
    """Of `readings`."""
    parts = {
        channel: f"count_if(abs({name(channel)} - ({one.mean!r})) > {FAR * one.deviation!r})"
        for channel, one in channels.items()
        if one.mean is not None and one.deviation
    }
    if not parts:
        return {}
    return dict(zip(parts, con.execute(f"SELECT {', '.join(parts.values())} FROM readings").fetchall()[0], strict=True))


def sensors_of(con: duckdb.DuckDBPyConnection, signals: ZoneSignals) -> tuple[SensorSeen, ...]:
    """Of `steps`."""
    stuck = ", ".join(
        f"CASE WHEN count({name(one)}) >= {LEAST_STUCK} AND min({name(one)}) = max({name(one)}) THEN '{one}' END"
        for one in signals.names
    )
    rows = con.execute(
        f"""SELECT label, zone, rows, hazards, stuck FROM (SELECT sensor, count(*) AS rows, count_if(hazard) AS hazards,
        list_filter([{stuck}], lambda one: one IS NOT NULL) AS stuck FROM steps GROUP BY sensor) AS s
        JOIN sensors AS n ON n.number = s.sensor ORDER BY label"""
    ).fetchall()
    return tuple(
        SensorSeen(name=label, zone=zone, rows=count, hazards=hazards, stuck=tuple(channels))
        for label, zone, count, hazards, channels in rows
    )


def runs_of(con: duckdb.DuckDBPyConnection, signals: ZoneSignals) -> tuple[Run, ...]:
    """Of `steps`; a pause that values are carried over is no end."""
    step_us = signals.step_s * 1_000_000
    rows = con.execute(
        f"""WITH burning AS (
            SELECT DISTINCT n.zone, CAST(s.step AS BIGINT) AS step
            FROM steps AS s JOIN sensors AS n ON n.number = s.sensor WHERE hazard),
        told AS (
            SELECT zone, step, step - lag(step) OVER (PARTITION BY zone ORDER BY step) AS pause FROM burning),
        numbered AS (
            SELECT zone, step, count_if(coalesce(pause > {signals.fill_steps + 1}, true))
            OVER (PARTITION BY zone ORDER BY step) AS run FROM told)
        SELECT zone, start_us + min(step) * {step_us}, start_us + (max(step) + 1) * {step_us}
        FROM numbered, clock GROUP BY zone, run, start_us ORDER BY ALL"""
    ).fetchall()
    return tuple(Run(zone=zone, start_us=start, end_us=end) for zone, start, end in rows)
