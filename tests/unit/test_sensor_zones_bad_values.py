"""One bad row, one bad value or too little of everything: said in words, and never the end of the other readings."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lambdas.data_prep.dataset_files import Dataset
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.sensor_zones.diagnose import inspect
from lambdas.data_prep.sensor_zones.prepare import prepare
from lambdas.data_prep.sensor_zones.schema import SchemaError
from tests.unit.zone_readings import inputs, readings

IN_SECONDS = {"timestamp": {"column": "timestamp", "unit": "s"}}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return readings(sites=2, blocks=3)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "bucket" / "raw").mkdir(parents=True)
    return tmp_path / "bucket"


def seconds(table: pd.DataFrame) -> pd.Series:
    return (table["timestamp"] - pd.Timestamp(0, tz="UTC")).dt.total_seconds()


def found(dataset: Dataset) -> dict[str, int]:
    return {one.kind: one.count for one in dataset.findings}


def test_a_row_without_a_time_is_left_out(raw: Path, tmp_path: Path, table: pd.DataFrame) -> None:
    changed = table.assign(timestamp=table["timestamp"].where(table.index != 5))
    changed.to_parquet(raw / "raw" / "a.parquet", index=False)

    assert found(prepare(inputs(raw, tmp_path / "out")))["nameless"] == 1


@pytest.mark.parametrize("time", [np.inf, 1e30])
def test_a_time_that_no_clock_has_costs_its_row_only(
    raw: Path, tmp_path: Path, table: pd.DataFrame, time: float
) -> None:
    times = seconds(table)
    times[5] = time
    table.assign(timestamp=times).to_parquet(raw / "raw" / "a.parquet", index=False)
    (raw / "raw" / "schema.json").write_text(json.dumps(IN_SECONDS))

    assert found(prepare(inputs(raw, tmp_path / "out")))["nameless"] == 1


def test_a_value_that_single_precision_does_not_hold_counts_as_missing(
    raw: Path, tmp_path: Path, table: pd.DataFrame
) -> None:
    values = table["co_ppm"].astype(np.float64)
    values[5] = 1.7e308  # what some loggers write where they have nothing
    table.assign(co_ppm=values).to_parquet(raw / "raw" / "a.parquet", index=False)

    assert found(prepare(inputs(raw, tmp_path / "out")))["missing"] == 1


def test_readings_shorter_than_a_window_are_refused(raw: Path, tmp_path: Path, table: pd.DataFrame) -> None:
    table.iloc[:8].to_parquet(raw / "raw" / "a.parquet", index=False)

    with pytest.raises(DataError, match="1 sites' time blocks are shorter than one window, 300 s"):
        prepare(inputs(raw, tmp_path / "out"))
    (refusal,) = inspect(inputs(raw, tmp_path / "out")).refusals
    assert "too few to train on" in refusal


@pytest.mark.parametrize("name", ["t", "step", "hazard", "timestamp", "h"])
def test_a_channel_cannot_have_the_name_of_what_a_table_has_itself(
    raw: Path, tmp_path: Path, table: pd.DataFrame, name: str
) -> None:
    channel = {"name": name, "column": "co_ppm", "unit": "ppm", "low": 0, "high": 5000}
    table.to_parquet(raw / "raw" / "a.parquet", index=False)
    (raw / "raw" / "schema.json").write_text(json.dumps({"channels": [{"name": "temperature_c"}, channel]}))

    with pytest.raises(SchemaError, match=rf"tables have columns of their own named {name}; choose another name"):
        prepare(inputs(raw, tmp_path / "out"))
