"""A first look at every file, one at a time: columns, rows, and what there is of which site and time block."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import duckdb

from inference.contracts.base import Contract
from lambdas.data_prep.quarantine import Rejection
from lambdas.data_prep.sensor_zones.reading import canonical, columns_of, said
from lambdas.data_prep.sensor_zones.reasons import Reason, Unusable
from lambdas.data_prep.sensor_zones.schema import ZoneSchema
from lambdas.data_prep.sensor_zones.workplace import Workplace

EARLIEST_US, LATEST_US = 946_684_800_000_000, 4_102_444_800_000_000
"""2000-01-01 and 2100-01-01."""
_READ = 1 << 20


class Part(Contract):
    """What one file has of a site in a time block."""

    site: str
    block: int
    """Blocks since the epoch."""
    rows: int
    hazards: int
    first_us: int
    last_us: int


class FileSeen(Contract):
    name: str
    size: int
    digest: str
    columns: dict[str, str]
    rows: int
    nameless: int
    """Rows without a time, a sensor or a site: left out."""
    unlabelled: int
    """Rows without a label that could be read: left out."""
    unsorted: int
    """Rows whose time is before that of the row before."""
    parts: tuple[Part, ...]


def survey(
    files: Sequence[tuple[str, int]], at: Workplace, schema: ZoneSchema
) -> tuple[list[FileSeen], list[Rejection]]:
    """Files (name and size) that can be used, and why others cannot; a copy of a file is left out."""
    seen: list[FileSeen] = []
    rejections: list[Rejection] = []
    first: dict[str, str] = {}
    for number, (one, size) in enumerate(files):
        at.require_time(number, len(files), "files")
        path = at.fetch(one)
        try:
            found = look_at(at.con, one, size, path, schema, at.spec.block_us)
            if found.digest in first:
                detail = f"it has the same bytes as {first[found.digest]}, and counts once; remove it."
                raise Unusable(Reason.SAME_FILE, detail)
            first[found.digest] = one
            seen.append(found)
        except Unusable as fault:
            rejections.append(Rejection(one, fault.reason, fault.detail))
        finally:
            at.release(path)
    return seen, rejections


def look_at(
    con: duckdb.DuckDBPyConnection, one: str, size: int, path: Path, schema: ZoneSchema, block_us: int
) -> FileSeen:
    """Raises Unusable."""
    columns = columns_of(con, path)
    rows = canonical(path, schema, columns, channels=False)
    try:
        found = con.execute(
            f"""SELECT t IS NULL OR sensor IS NULL OR site IS NULL OR zone IS NULL AS nameless,
            hazard IS NULL AS unlabelled, site, t // {block_us} AS block, count(*), count_if(hazard), min(t), max(t),
            count_if(back)
            FROM (SELECT *, coalesce(t < lag(t) OVER (), false) AS back FROM ({rows})) GROUP BY ALL ORDER BY ALL"""
        ).fetchall()
    except duckdb.Error as error:
        raise Unusable(Reason.NOT_A_TABLE, f"its rows cannot be read: {said(error)}; write it again.") from error
    total = sum(row[4] for row in found)
    if not total:
        raise Unusable(Reason.EMPTY, f"the table has columns ({', '.join(columns)}) and no rows.")
    nameless = sum(row[4] for row in found if row[0])
    if nameless == total:
        raise Unusable(
            Reason.BAD_TIMESTAMPS,
            f"no row has both a sensor and a time that can be read ('{schema.time.column}' as {schema.time.unit}); "
            "write 2026-01-05T06:00:00Z, or name the unit in schema.json.",
        )
    unlabelled = sum(row[4] for row in found if row[1] and not row[0])
    if nameless + unlabelled == total:
        raise Unusable(
            Reason.BAD_LABELS,
            f"no row has a label that can be read in '{schema.label.column}'; write 0 or 1, or name the hazard's "
            "values in schema.json.",
        )
    parts = tuple(
        Part(site=site, block=block, rows=count, hazards=hazards, first_us=first_us, last_us=last_us)
        for bad, without, site, block, count, hazards, first_us, last_us, _ in found
        if not bad and not without
    )
    low, high = min(part.first_us for part in parts), max(part.last_us for part in parts)
    if low < EARLIEST_US or high > LATEST_US:
        raise Unusable(
            Reason.BAD_TIMESTAMPS,
            f"'{schema.time.column}' lies outside 2000 to 2100; check its unit ({schema.time.unit}) and name it in "
            "schema.json.",
        )
    return FileSeen(
        name=one,
        size=size,
        digest=_digest(path),
        columns=columns,
        rows=total,
        nameless=nameless,
        unlabelled=unlabelled,
        unsorted=sum(row[8] for row in found),
        parts=parts,
    )


def _digest(path: Path) -> str:
    found = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_READ):
            found.update(chunk)
    return found.hexdigest()
