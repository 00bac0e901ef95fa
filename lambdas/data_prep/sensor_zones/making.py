"""Makes a batch of tables from the files that have rows of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from lambdas.data_prep.sensor_zones import prints, profile, tables
from lambdas.data_prep.sensor_zones.engine import name, text
from lambdas.data_prep.sensor_zones.plan import Plan, Table
from lambdas.data_prep.sensor_zones.profile import TableSeen
from lambdas.data_prep.sensor_zones.reading import CANONICAL, canonical
from lambdas.data_prep.sensor_zones.workplace import Workplace

MOST_READ = 1.5
"""Rows that may be read for each that is used; files that hold more of other tables are sorted out once, first."""


def make_batch(at: Workplace, plan: Plan, number: int, *, keep: bool = True) -> list[TableSeen]:
    """Write the batch's tables (unless they need not be kept), and answer what was seen of each.

    Done twice, it writes the same again.
    """
    numbers = plan.batches[number]
    chosen = [plan.tables[one] for one in numbers]
    rows_of = {file.name: file.rows for file in plan.files}
    read = sum(rows_of[one] for table in chosen for one in table.part.files)
    relations = _sorted_out if read > MOST_READ * sum(table.part.rows for table in chosen) else _as_they_lie
    seen: list[TableSeen] = []
    for one, relation in zip(numbers, relations(at, plan, chosen), strict=True):
        at.require_time(len(seen), len(chosen), "tables of the batch")
        seen.append(_make(at, plan, one, relation, keep=keep))
    return seen


def _as_they_lie(at: Workplace, plan: Plan, chosen: Sequence[Table]) -> Iterator[str]:
    """Of each table the relation of its files' rows."""
    for table in chosen:
        paths = {one: at.fetch(one) for one in table.part.files}
        yield " UNION ALL ".join(_rows(plan, one, path) for one, path in paths.items())
        for path in paths.values():
            at.release(path)


def _sorted_out(at: Workplace, plan: Plan, chosen: Sequence[Table]) -> Iterator[str]:
    """The same where files have rows of many tables: each is read once, its rows go to one folder a table."""
    folder = at.scratch / "sorted"
    wanted = ", ".join(
        f"({text(table.site)}, {table.part.first_us}, {table.part.last_us}, {number})"
        for number, table in enumerate(chosen)
    )
    at.con.execute(
        f"CREATE OR REPLACE TEMP TABLE wanted AS FROM (VALUES {wanted}) AS wanted(site, first_us, last_us, number)"
    )
    for number, one in enumerate(sorted({one for table in chosen for one in table.part.files})):
        at.require_time(number, len(plan.files), "files of the batch")
        path = at.fetch(one)
        columns = ", ".join(f"r.{name(column)}" for column in (*CANONICAL, *plan.zone_schema.signals.names))
        at.con.execute(
            f"""COPY (SELECT {columns}, w.number AS "table" FROM ({_rows(plan, one, path)}) AS r JOIN wanted AS w
            ON r.site = w.site AND r.t BETWEEN w.first_us AND w.last_us) TO {text(str(folder))}
            (FORMAT parquet, PARTITION_BY ("table"), OVERWRITE_OR_IGNORE, FILENAME_PATTERN 'file{number}_{{i}}')"""
        )
        at.release(path)
    for number in range(len(chosen)):
        parts = folder / f"table={number}"
        yield f"SELECT * FROM read_parquet({text(f'{parts}/*.parquet')}, hive_partitioning=false)"
        for path in parts.iterdir():
            path.unlink()


def _rows(plan: Plan, one: str, path: Path) -> str:
    columns = next(file.columns for file in plan.files if file.name == one)
    return canonical(path, plan.zone_schema, columns)


def _make(at: Workplace, plan: Plan, number: int, relation: str, *, keep: bool) -> TableSeen:
    con, table, signals = at.con, plan.tables[number], plan.zone_schema.signals
    tables.load(con, relation, table, signals)
    series = profile.series_of(con, signals)
    names = Counter(one.sensor for one in series)
    ambiguous = {one for one, count in names.items() if count > 1}
    channels = profile.channels_of(con, series, signals)
    tables.name_by_zone(con, ambiguous)
    tables.drop_outside(con, (one for one in signals.channels if channels[one.name].outside))
    prints.write(con, at.scratch / "prints.parquet", signals, plan.one_in)
    at.write(prints.path_of(number), (at.scratch / "prints.parquet").read_bytes())
    in_order = tables.is_sorted(con)
    duplicates, replaced = (0, 0) if in_order else tables.one_a_step(con, signals)
    rows, hazards = sum(one.rows for one in series), sum(one.hazards for one in series)
    steps = range(min(one.first for one in series), max(one.last for one in series) + 1) if series else range(0)
    holes = len(steps) * len(series) - (rows - duplicates - replaced)
    digest = ""
    if keep and len(steps) >= signals.window_steps:
        path = at.scratch / "table.parquet"
        tables.write(con, path, signals, steps, whole=holes == 0, in_order=in_order)
        body = path.read_bytes()
        digest = sha256(body).hexdigest()
        at.write(table.path, body)
    return TableSeen(
        rows=rows,
        unread=sum(one.unread for one in series),
        duplicates=duplicates,
        replaced=replaced,
        holes=holes,
        hazards=hazards,
        calm=rows - hazards,
        steps=len(steps),
        channels=channels,
        sensors=profile.sensors_of(series, signals),
        runs=profile.runs_of(con, signals),
        digest=digest,
    )
