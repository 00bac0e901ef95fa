"""What the inspector sees in readings, what it calls a lie, and what it refuses."""

from pathlib import Path

import pandas as pd
import pytest

from inference.contracts import Split
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.sensor_zones.prepare import prepare
from tests.unit.zone_alarms import HOUR, alarms, in_eleven_runs, page, write
from tests.unit.zone_alarms import raw as raw
from tests.unit.zone_readings import as_files, inputs, readings

RUNS = 11


def test_labels_all_in_one_hour_are_refused_and_what_is_missing_is_said(raw: Path, tmp_path: Path) -> None:
    write(raw, alarms([300 + 5 * run for run in range(RUNS)]))
    with pytest.raises(DataError) as refused:
        prepare(inputs(raw, tmp_path / "out", HOUR))

    assert "24 time blocks of 1 h" in str(refused.value)
    assert "test has 0 tables with 'fire' and needs 1" in str(refused.value)
    assert "Give recordings of more sites and of more time in which it burns" in str(refused.value)
    assert str(tmp_path / "out/runs/fire/run/inspection.html") in str(refused.value)
    assert "Refused. The readings of 1 sites" in page(tmp_path / "out")
    assert not list((tmp_path / "out").glob("datasets/*"))


def test_eleven_runs_unsorted_with_other_columns_are_evaluated_by_blocks(raw: Path, tmp_path: Path) -> None:
    write(raw, in_eleven_runs())
    dataset = prepare(inputs(raw, tmp_path / "out", HOUR))
    shown = page(tmp_path / "out")

    assert f"are {RUNS} separate runs, all of them at site" in shown
    assert "split by random rows" in shown
    assert "29 of 30" not in shown  # this domain's windows are shorter
    assert "neighbouring decisions share 4 of 5 readings" in shown
    assert [one.count for one in dataset.findings if one.kind == "unsorted"][0] > 100
    tested = {item.block for item in dataset.items if item.split is Split.TEST}
    assert tested == set(sorted(item.block for item in dataset.items)[-len(tested) :])
    assert {item.label for item in dataset.items if item.split is Split.TEST} == {"normal", "fire"}


def test_a_repeated_block_is_found_and_never_stands_in_two_splits(raw: Path, tmp_path: Path) -> None:
    table = in_eleven_runs()
    copied = table["UTC"].between(table["UTC"][60], table["UTC"][60 + 59])  # the second hour, with an alarm in it
    values = table.columns.difference(["UTC"])
    table.loc[22 * 60 : 22 * 60 + 59, values] = table.loc[copied, values].to_numpy()
    write(raw, table)
    dataset = prepare(inputs(raw, tmp_path / "out", HOUR))
    repeated = [one for one in dataset.findings if one.kind == "repeated_block"]

    assert [one.item for one in repeated] == ["site 2025-03-01T22-00"]
    assert 30 <= repeated[0].count <= 90
    assert "of site in 2025-03-01T01-00 stand here again, 21.0 h later" in repeated[0].detail
    assert "2025-03-01T22-00" in {item.block for item in dataset.items}
    assert "2025-03-01T01-00" not in {item.block for item in dataset.items}
    assert "known by heart" in page(tmp_path / "out")


def test_noise_is_not_taken_for_repetition(raw: Path, tmp_path: Path) -> None:
    table = in_eleven_runs().round(0)  # a handful of values, over and over
    write(raw, table)

    assert [one for one in prepare(inputs(raw, tmp_path / "out", HOUR)).findings if one.kind == "repeated_block"] == []


def test_what_is_wrong_with_files_values_and_sensors_is_found(raw: Path, tmp_path: Path) -> None:
    (raw / "raw" / "schema.json").unlink()
    table = readings()
    table.loc[table["sensor_id"] == "zone-1/1", "co_ppm"] = 3.5
    table.loc[5, "temperature_c"] = 300.0
    table.loc[[6, 7], "temperature_c"] = -273.0
    table = table.drop(index=range(400, 420))
    as_files(table, raw)
    first = sorted((raw / "raw").rglob("*.parquet"))[0]
    pd.read_parquet(first).assign(note="hot", co_ppm=lambda one: one["co_ppm"].astype(str)).to_parquet(first)
    dataset = prepare(inputs(raw, tmp_path / "out"))
    found = {one.kind: one for one in dataset.findings}

    assert found["schema_drift"].item == "site-0/2025-03-01.parquet"
    assert "co_ppm (FLOAT), co_ppm (VARCHAR), note (VARCHAR)" in found["schema_drift"].detail
    assert (found["outside"].item, found["outside"].count) == ("temperature_c", 2)
    assert found["outliers"].item == "temperature_c"
    assert found["gaps"].count == 20
    assert {one.item for one in dataset.findings if one.kind == "constant"} == {f"site-{n} zone-1/1" for n in range(4)}


def test_the_page_needs_nothing_else_and_no_name_breaks_it(raw: Path, tmp_path: Path) -> None:
    (raw / "raw" / "schema.json").unlink()
    table = readings()
    table["site_id"] = table["site_id"].replace("site-0", "<script>alert(1)</script>")
    table.to_parquet(raw / "raw" / "a.parquet")
    dataset = prepare(inputs(raw, tmp_path / "out"))
    shown = page(tmp_path / "out")

    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
    assert "http" not in shown
    assert "<svg" in shown
    assert dataset.listings["inspection.html"] == shown.encode()
