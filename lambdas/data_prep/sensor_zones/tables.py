"""One site's readings in one time block, on the grid: every sensor at every step, sorted by both."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from inference.contracts.zones import ZoneSignals
from lambdas.data_prep.sensor_zones.engine import name, text
from lambdas.data_prep.sensor_zones.plan import Table

ROW_GROUP = 131_072


def load(con: duckdb.DuckDBPyConnection, relation: str, table: Table, signals: ZoneSignals) -> int:
    """The table's rows as `readings`, its sensors as `sensors`, and both as `steps`; how many steps there are.

    `steps` has one row a reading: `step` and `sensor` (numbers from 0) in place of time and name, and values beyond a
    channel's limits are null.
    """
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE readings AS SELECT * EXCLUDE (site) FROM ({relation})
        WHERE site = {text(table.site)} AND t >= {table.starts_us} AND t < {table.ends_us}
        AND sensor IS NOT NULL AND zone IS NOT NULL AND hazard IS NOT NULL"""
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE sensors AS
        WITH named AS (SELECT DISTINCT zone, sensor FROM readings),
        several AS (SELECT sensor FROM named GROUP BY sensor HAVING count(*) > 1),
        told AS (SELECT *, if(sensor IN (FROM several), zone || '/' || sensor, sensor) AS label FROM named)
        SELECT zone, sensor, label, row_number() OVER (ORDER BY label) - 1 AS number FROM told"""
    )
    step_us = signals.step_s * 1_000_000
    first, last = con.execute(f"SELECT min(t) // {step_us}, max(t) // {step_us} FROM readings").fetchall()[0]
    if first is None:
        return 0
    kept = ", ".join(
        f"CASE WHEN {name(one.name)} BETWEEN {one.low!r}::FLOAT AND {one.high!r}::FLOAT THEN {name(one.name)} END "
        f"AS {name(one.name)}"
        for one in signals.channels
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE steps AS SELECT CAST(t // {step_us} - {first} AS INTEGER) AS step,
        CAST(number AS INTEGER) AS sensor, t, hazard, {kept} FROM readings JOIN sensors USING (zone, sensor)"""
    )
    steps = int(last - first + 1)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE clock AS SELECT CAST({first * step_us} AS BIGINT) AS start_us, {steps} AS steps"
    )
    return steps


def one_a_step(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> tuple[int, int]:
    """Leave one row a sensor and step in `steps`: of each channel the latest value.

    Of several readings at the same time the larger values count, so that the order of files does not matter.

    Returns:
        Readings of a sensor and time that there was one of already, and readings that a later one of the step replaced.
    """
    rows, distinct = con.execute(
        "SELECT count(*), count(DISTINCT CAST(step AS BIGINT) << 32 | sensor) FROM steps"
    ).fetchall()[0]
    if rows == distinct:
        return 0, 0
    largest = ", ".join(f"max({name(one)}) AS {name(one)}" for one in names)
    latest = ", ".join(f"arg_max({name(one)}, t) AS {name(one)}" for one in names)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE moments AS
        SELECT step, sensor, t, bool_or(hazard) AS hazard, {largest} FROM steps GROUP BY step, sensor, t"""
    )
    times = con.execute("SELECT count(*) FROM moments").fetchall()[0][0]
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE steps AS
        SELECT step, sensor, max(t) AS t, bool_or(hazard) AS hazard, {latest} FROM moments GROUP BY step, sensor"""
    )
    con.execute("DROP TABLE moments")
    return rows - times, times - distinct


def write(con: duckdb.DuckDBPyConnection, path: Path, signals: ZoneSignals) -> None:
    """Write `steps` as a whole grid. Where a sensor says nothing its label is carried on, as its values are later."""
    cells, rows = con.execute(
        "SELECT (SELECT steps FROM clock) * (SELECT count(*) FROM sensors), (SELECT count(*) FROM steps)"
    ).fetchall()[0]
    source = "steps" if cells == rows else _whole(signals)
    channels = ", ".join(f"s.{name(one)}" for one in signals.names)
    step_us = signals.step_s * 1_000_000
    path.parent.mkdir(parents=True, exist_ok=True)
    con.execute(
        f"""COPY (SELECT make_timestamptz(start_us + CAST(s.step AS BIGINT) * {step_us}) AS timestamp,
        n.zone AS zone_id, n.label AS sensor_id, {channels}, CAST(s.hazard AS TINYINT) AS hazard
        FROM clock, {source} AS s JOIN sensors AS n ON n.number = s.sensor ORDER BY s.step, s.sensor)
        TO {text(str(path))} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {ROW_GROUP})"""
    )


def _whole(signals: ZoneSignals) -> str:
    channels = ", ".join(name(one) for one in signals.names)
    return f"""(SELECT step, sensor, coalesce(last_value(hazard IGNORE NULLS) OVER (PARTITION BY sensor ORDER BY step
        ROWS BETWEEN {signals.fill_steps} PRECEDING AND CURRENT ROW), false) AS hazard, {channels}
        FROM (SELECT CAST(range AS INTEGER) AS step FROM range((SELECT steps FROM clock)))
        CROSS JOIN (SELECT CAST(number AS INTEGER) AS sensor FROM sensors) LEFT JOIN steps USING (step, sensor))"""
