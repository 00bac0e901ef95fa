"""One site's readings in one time block, on the grid: every sensor at every step, sorted by both.

Files that are sorted already are neither sorted nor grouped again: that is most of what there is to save.
"""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from inference.contracts.zones import ZoneChannel, ZoneSignals
from lambdas.data_prep.sensor_zones.engine import name, text
from lambdas.data_prep.sensor_zones.plan import Table

ROW_GROUP = 131_072


def load(con: duckdb.DuckDBPyConnection, relation: str, table: Table, signals: ZoneSignals) -> None:
    """The table's rows as `readings`, with `step`: steps of the grid since the epoch."""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE readings AS
        SELECT t // {signals.step_s * 1_000_000} AS step, * EXCLUDE (site) FROM ({relation})
        WHERE site = {text(table.site)} AND t >= {table.starts_us} AND t < {table.ends_us}
        AND sensor IS NOT NULL AND zone IS NOT NULL AND hazard IS NOT NULL"""
    )


def name_by_zone(con: duckdb.DuckDBPyConnection, ambiguous: Iterable[str]) -> None:
    """Sensors whose name occurs in several zones are named after their zone, too."""
    listed = ", ".join(text(one) for one in ambiguous)
    if listed:
        con.execute(f"UPDATE readings SET sensor = zone || '/' || sensor WHERE sensor IN ({listed})")


def drop_outside(con: duckdb.DuckDBPyConnection, channels: Iterable[ZoneChannel]) -> None:
    """Values beyond these channels' limits become null."""
    for one in channels:
        column = name(one.name)
        con.execute(
            f"UPDATE readings SET {column} = NULL WHERE {column} < {one.low!r}::FLOAT OR {column} > {one.high!r}::FLOAT"
        )


def is_sorted(con: duckdb.DuckDBPyConnection) -> bool:
    """By step and sensor, with one reading of a sensor in a step at most."""
    found = con.execute(
        """SELECT count_if(step < before OR (step = before AND sensor <= neighbour)) FROM
        (SELECT step, sensor, lag(step) OVER () AS before, lag(sensor) OVER () AS neighbour FROM readings)"""
    ).fetchall()
    return found[0][0] == 0


def one_a_step(con: duckdb.DuckDBPyConnection, signals: ZoneSignals) -> tuple[int, int]:
    """Leave one row a sensor and step in `readings`: of each channel the latest value.

    Of several readings at the same time the larger values count, so that the order of files does not matter.

    Returns:
        Readings of a sensor and time that there was one of already, and readings that a later one of the step replaced.
    """
    rows, distinct = con.execute("SELECT count(*), count(DISTINCT (step, sensor)) FROM readings").fetchall()[0]
    if rows == distinct:
        return 0, 0
    largest = ", ".join(f"max({name(one)}) AS {name(one)}" for one in signals.names)
    latest = ", ".join(f"arg_max({name(one)}, t) AS {name(one)}" for one in signals.names)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE moments AS
        SELECT step, zone, sensor, t, bool_or(hazard) AS hazard, {largest} FROM readings
        GROUP BY step, zone, sensor, t"""
    )
    times = con.execute("SELECT count(*) FROM moments").fetchall()[0][0]
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE readings AS
        SELECT step, zone, sensor, max(t) AS t, bool_or(hazard) AS hazard, {latest} FROM moments
        GROUP BY step, zone, sensor"""
    )
    con.execute("DROP TABLE moments")
    return rows - times, times - distinct


def write(
    con: duckdb.DuckDBPyConnection, path: Path, signals: ZoneSignals, steps: range, *, whole: bool, in_order: bool
) -> None:
    """Write `readings` as a whole grid of these steps.

    Args:
        whole: no sensor lacks a step. Otherwise its label is carried on, as its values are later.
        in_order: by step and sensor.
    """
    channels = ", ".join(name(one) for one in signals.names)
    order = "" if whole and in_order else "ORDER BY step, sensor"
    con.execute(
        f"""COPY (SELECT make_timestamptz(step * {signals.step_s * 1_000_000}) AS timestamp, zone AS zone_id,
        sensor AS sensor_id, {channels}, CAST(hazard AS TINYINT) AS hazard
        FROM {"readings" if whole else _filled_up(signals, steps)} {order})
        TO {text(str(path))} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {ROW_GROUP})"""
    )


def _filled_up(signals: ZoneSignals, steps: range) -> str:
    channels = ", ".join(name(one) for one in signals.names)
    return f"""(SELECT step, zone, sensor, coalesce(last_value(hazard IGNORE NULLS) OVER (
            PARTITION BY sensor ORDER BY step ROWS BETWEEN {signals.fill_steps} PRECEDING AND CURRENT ROW
        ), false) AS hazard, {channels}
        FROM (SELECT range AS step FROM range({steps.start}, {steps.stop}))
        CROSS JOIN (SELECT DISTINCT zone, sensor FROM readings) LEFT JOIN readings USING (step, zone, sensor))"""
