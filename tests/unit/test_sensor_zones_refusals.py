"""Readings that cannot be used or trained on: each says why, and what to do."""

from pathlib import Path

import pandas as pd
import pytest

from lambdas.data_prep.errors import DataError
from lambdas.data_prep.sensor_zones.prepare import prepare
from lambdas.data_prep.sensor_zones.schema import SchemaError
from lambdas.data_prep.sensor_zones.workplace import TimeBudgetError
from tests.unit.zone_readings import as_files, inputs, readings
from tests.unit.zone_versions import raw as raw
from tests.unit.zone_versions import table as table


def test_no_readings(raw: Path, tmp_path: Path) -> None:
    (raw / "raw" / "schema.json").write_text("{}")
    with pytest.raises(DataError, match=r"no readings below s3://.*raw/; upload \.csv or \.parquet"):
        prepare(inputs(raw, tmp_path / "out"))


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("notes.txt", b"hello", r"none of \.csv, \.parquet"),
        ("empty.csv", b"", "0 bytes"),
        ("cut.parquet", b"PAR1 and no more", "no readable table"),
        ("latin.csv", b"t [\xb0C],b\n1,2\n", r"CSV Error on Line: 1: .*not utf-8 encoded; write it again"),
        ("header.csv", b"timestamp,temperature_c,co_ppm,fire\n", "no rows"),
        ("other.csv", b"time,heat\n1,2\n", "columns timestamp, fire, temperature_c, co_ppm are missing"),
        ("when.csv", b"timestamp,temperature_c,co_ppm,fire\nyesterday,1,2,0\n", "no row has both a sensor and a time"),
        ("label.csv", b"timestamp,temperature_c,co_ppm,fire\n2025-01-01T00:00:00Z,1,2,maybe\n", "no row has a label"),
        ("year.csv", b"timestamp,temperature_c,co_ppm,fire\n1825-01-01T00:00:00Z,1,2,0\n", "outside 2000 to 2100"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(raw: Path, tmp_path: Path, name: str, body: bytes, told: str) -> None:
    (raw / "raw" / name).write_bytes(body)
    with pytest.raises(DataError, match=rf"None of the 1 files can be used\. {name}: .*{told}"):
        prepare(inputs(raw, tmp_path / "out"))


def test_a_number_for_a_time_needs_a_unit(raw: Path, tmp_path: Path, table: pd.DataFrame) -> None:
    table.assign(timestamp=range(len(table))).to_parquet(raw / "raw" / "a.parquet")
    with pytest.raises(DataError, match="numbers .BIGINT. without a unit; say s, ms, us or ns"):
        prepare(inputs(raw, tmp_path / "out"))


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ("{", "Invalid JSON"),
        ('{"sensors": "id"}', "sensors: Extra inputs are not permitted"),
        ('{"channels": [{"name": "heat"}]}', "'heat' is none of the documented channels .*give its unit, low and high"),
        ('{"channels": [{"name": "co_ppm", "unit": "degF"}]}', "'co_ppm' has the unit 'degF'; known are ppm, ppb, %"),
    ],
)
def test_a_schema_that_cannot_be_followed(raw: Path, tmp_path: Path, schema: str, told: str) -> None:
    (raw / "raw" / "a.csv").write_text("timestamp\n")
    (raw / "raw" / "schema.json").write_text(schema)
    with pytest.raises(SchemaError, match=told):
        prepare(inputs(raw, tmp_path / "out"))


def test_too_little_time_says_what_to_do(raw: Path, tmp_path: Path, table: pd.DataFrame) -> None:
    as_files(table, raw)
    with pytest.raises(TimeBudgetError, match="0 of 4 files .* set large_data"):
        prepare(inputs(raw, tmp_path / "out", remaining_ms=lambda: 1_000))


def test_too_few_fires_are_refused_and_what_is_missing_is_said(raw: Path, tmp_path: Path) -> None:
    as_files(readings(sites=1, blocks=4, burns_every=4), raw)
    with pytest.raises(DataError, match=r"1 sites in 4 time blocks of 6 h, .*: validation has 0 tables with 'fire'"):
        prepare(inputs(raw, tmp_path / "out"))
