"""Finds rows that occur again at another time, sensor or site, in memory that does not grow with the rows.

One row in some is picked, by a hash of its values: the same rows are picked wherever they occur. Three picked rows of
a sensor in a row, with the times between them, are a print. Several prints that two places have in common, at one
distance in time, are a repeated block.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from inference.contracts.base import Contract
from inference.contracts.zones import ZoneSignals
from lambdas.data_prep.sensor_zones.engine import name, text

LEAST_PRINTS = 3
"""In common, below which a likeness is chance."""


class Repeat(Contract):
    """A stretch of one table's rows that stands, with the same values, elsewhere."""

    table: int
    other: int
    """Tables' numbers; `other` has the rows first."""
    shift_us: int
    """How much later they are here."""
    sensors: int
    rows: int
    """About so many."""
    start_us: int
    end_us: int


def path_of(table: int) -> str:
    return f"prints/{table:06}.parquet"


def write(con: duckdb.DuckDBPyConnection, path: Path, signals: ZoneSignals, one_in: int) -> None:
    """Those of `readings`, before anything is made of repeated times."""
    values = ", ".join(name(one) for one in signals.names)
    con.execute(
        f"""COPY (
        WITH picked AS (
            SELECT sensor, t, hash({values}) AS h FROM readings
            WHERE h % {one_in} = 0 AND coalesce({values}) IS NOT NULL),
        rows AS (
            SELECT sensor, t, h, lead(h) OVER w AS h2, lead(h, 2) OVER w AS h3, lead(t) OVER w - t AS d2,
            lead(t, 2) OVER w - t AS d3 FROM picked WINDOW w AS (PARTITION BY sensor ORDER BY t))
        SELECT sensor, t, hash(h, h2, h3, d2, d3) AS print FROM rows WHERE h3 IS NOT NULL AND (h != h2 OR h2 != h3)
        ) TO {text(str(path))} (FORMAT parquet)"""
    )


def repeats(con: duckdb.DuckDBPyConnection, paths: Sequence[Path], one_in: int) -> list[Repeat]:
    """`paths`: of every table's prints, in the tables' order."""
    if not paths:
        return []
    numbers = ", ".join(f"({text(str(path))}, {number})" for number, path in enumerate(paths))
    listed = ", ".join(text(str(path)) for path in paths)
    rows = con.execute(
        f"""WITH numbered AS (FROM (VALUES {numbers}) AS numbered(filename, "table")),
        prints AS (
            SELECT n."table", p.sensor, p.t, p.print FROM read_parquet([{listed}], filename = true) AS p
            JOIN numbered AS n USING (filename)),
        several AS (SELECT print FROM prints GROUP BY print HAVING count(*) > 1),
        paired AS (
            SELECT *, first_value({{'table': "table", 'sensor': sensor, 't': t}})
            OVER (PARTITION BY print ORDER BY t, "table", sensor) AS o FROM prints WHERE print IN (FROM several)),
        stretches AS (
            SELECT "table", o."table" AS other, t - o.t AS shift, sensor, o.sensor, count(*) AS prints,
            min(t) AS starts, max(t) AS ends FROM paired
            WHERE ("table", sensor, t) != (o."table", o.sensor, o.t) GROUP BY ALL HAVING prints >= {LEAST_PRINTS})
        SELECT "table", other, shift, count(*), sum(prints) * {one_in}, min(starts), max(ends) FROM stretches
        GROUP BY "table", other, shift ORDER BY ALL"""
    ).fetchall()
    return [Repeat(**dict(zip(Repeat.model_fields, row, strict=True))) for row in rows]
