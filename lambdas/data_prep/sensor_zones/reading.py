"""A raw file as a relation in SQL: the same columns whatever the file's names, units and order.

Columns: `t` (microseconds since the epoch), `site`, `zone`, `sensor`, `hazard` (null: no label), `unread` (how many of
the row's values are no numbers), and one a channel, converted to its unit; no number, or NaN: null.
"""

from pathlib import Path

import duckdb

from lambdas.data_prep.sensor_zones.engine import name, text
from lambdas.data_prep.sensor_zones.reasons import Reason, Unusable
from lambdas.data_prep.sensor_zones.schema import Channel, ZoneSchema

PARQUET = ".parquet"
SUFFIXES = (".csv", PARQUET)
CANONICAL = ("t", "site", "zone", "sensor", "hazard", "unread")
DEFAULT_SITE, DEFAULT_SENSOR = "site", "sensor"
_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_TEXT = "VARCHAR"


def raw_rows(path: Path) -> str:
    """Everything of a CSV file is text: a column whose type was guessed from its first rows would lose the others."""
    if path.suffix.lower() == PARQUET:
        return f"read_parquet({text(str(path))})"
    return f"read_csv({text(str(path))}, header=true, all_varchar=true)"


def said(error: duckdb.Error) -> str:
    """What is wrong, without the advice and the settings of the reader that follow."""
    return str(error).partition("\n\n")[0].replace("\n", ": ").rstrip(".")


def columns_of(con: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """Name -> type of DuckDB's; raises Unusable."""
    if path.suffix.lower() not in SUFFIXES:
        raise Unusable(Reason.UNSUPPORTED_FILE, f"it is none of {', '.join(SUFFIXES)}; save it as one of them.")
    if path.stat().st_size == 0:
        raise Unusable(Reason.EMPTY, "the file has 0 bytes; write it again.")
    try:
        rows = con.execute(f"DESCRIBE SELECT * FROM {raw_rows(path)}").fetchall()
    except duckdb.Error as error:
        raise Unusable(Reason.NOT_A_TABLE, f"it is no readable table: {said(error)}; write it again.") from error
    return {row[0]: row[1] for row in rows}


def canonical(path: Path, schema: ZoneSchema, columns: dict[str, str], *, channels: bool = True) -> str:
    """The relation. Raises Unusable: columns are missing, or a time has no unit."""
    missing = [column for column in schema.required if column not in columns]
    if missing:
        raise Unusable(
            Reason.MISSING_COLUMNS,
            f"the columns {', '.join(missing)} are missing; the file has {', '.join(columns)}. Rename them, or map "
            "them in schema.json.",
        )
    parts = [f"{_time(schema, columns)} AS t"]
    typed = path.suffix.lower() == PARQUET
    sensor = _word(schema.names["sensor"], columns, text(DEFAULT_SENSOR), typed)
    parts += [f"{_word(schema.names['site'], columns, text(DEFAULT_SITE), typed)} AS site"]
    parts += [f"{_word(schema.names['zone'], columns, sensor, typed)} AS zone", f"{sensor} AS sensor"]
    parts.append(f"{_hazard(schema, columns)} AS hazard")
    if channels:
        parts.append(f"{_unread(schema, columns)} AS unread")
        parts += [f"{_value(channel, columns)} AS {name(channel.says.name)}" for channel in schema.channels]
    return f"SELECT {', '.join(parts)} FROM {raw_rows(path)}"


def _time(schema: ZoneSchema, columns: dict[str, str]) -> str:
    """Microseconds since the epoch; null where it cannot be read."""
    source, kind = schema.time, columns[schema.time.column]
    column = name(source.column)
    if kind.startswith("TIMESTAMP") or kind == "DATE":
        return f"epoch_us({column})"
    if source.unit != "iso8601":
        scale = 1_000_000 / _PER_SECOND[source.unit]
        return f"TRY_CAST(round(TRY_CAST({column} AS DOUBLE) * {scale!r}) AS BIGINT)"
    if kind != _TEXT:
        raise Unusable(
            Reason.BAD_TIMESTAMPS,
            f"'{source.column}' holds numbers ({kind}) without a unit; say s, ms, us or ns in schema.json: "
            f'{{"timestamp": {{"column": "{source.column}", "unit": "s"}}}}.',
        )
    return f"epoch_us(TRY_CAST({column} AS TIMESTAMPTZ))"


def _word(column: str, columns: dict[str, str], otherwise: str, typed: bool) -> str:
    """Blanks around a name are CSV's; text of Parquet is taken as it is."""
    if column not in columns:
        return otherwise
    return name(column) if typed and columns[column] == _TEXT else f"nullif(trim(CAST({name(column)} AS VARCHAR)), '')"


def _hazard(schema: ZoneSchema, columns: dict[str, str]) -> str:
    """True, false, or null where the row has no label, or one that means neither."""
    column, kind = name(schema.label.column), columns[schema.label.column]
    if not schema.label.hazard:
        if kind == "BOOLEAN":
            return column
        if kind != _TEXT:
            return f"CASE {column} WHEN 1 THEN true WHEN 0 THEN false END"
    hazard = schema.label.hazard or ("1", "1.0", "true", "yes", schema.signals.hazard.lower())
    calm = "" if schema.label.hazard else f" IN ('0', '0.0', 'false', 'no', {text(schema.signals.calm.lower())})"
    word = f"lower(trim(CAST({column} AS VARCHAR)))"
    listed = ", ".join(text(value.lower()) for value in hazard)
    # With the hazard's values named, every other value is calm.
    return f"CASE WHEN {word} IN ({listed}) THEN true WHEN {word}{calm if calm else ' IS NOT NULL'} THEN false END"


def _value(channel: Channel, columns: dict[str, str]) -> str:
    """FLOAT in the channel's unit; null where that cannot hold it."""
    column = name(channel.column)
    number = column if columns[channel.column] == "FLOAT" else f"TRY_CAST({column} AS DOUBLE)"
    if (channel.factor, channel.offset) != (1.0, 0.0):
        number = f"{number} * {channel.factor!r} + {channel.offset!r}"
    return f"nullif(TRY_CAST({number} AS FLOAT), 'nan'::FLOAT)"


def _unread(schema: ZoneSchema, columns: dict[str, str]) -> str:
    words = [name(channel.column) for channel in schema.channels if columns[channel.column] == _TEXT]
    counted = (f"CAST({one} IS NOT NULL AND TRY_CAST({one} AS DOUBLE) IS NULL AS UTINYINT)" for one in words)
    return " + ".join(counted) if words else "0"
