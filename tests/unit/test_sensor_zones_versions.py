"""The same readings are the same dataset version, however they are laid out, batched or held in memory."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from inference.contracts.zones import ZoneSignals
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.publish import publish
from lambdas.data_prep.sensor_zones import batches, making, tables
from lambdas.data_prep.sensor_zones.prepare import prepare
from tests.unit.zone_readings import SIGNALS, SPEC, as_files, inputs
from tests.unit.zone_versions import raw as raw
from tests.unit.zone_versions import table as table
from tests.unit.zone_versions import version
from training_containers.ensemble.data import read_dataset
from training_containers.ensemble.panels import read_panel


def test_other_names_units_order_and_format_are_the_same_data(raw: Path, tmp_path: Path, table: pd.DataFrame) -> None:
    as_files(table, raw)
    expected = read_dataset(version(raw, tmp_path / "out"))
    other = tmp_path / "other"
    (other / "raw").mkdir(parents=True)
    shuffled = table.sample(frac=1, random_state=1)
    renamed = pd.DataFrame(
        {
            "Fire Alarm": shuffled["fire"].map({1: "ALARM", 0: "ok"}),
            "UTC": (shuffled["timestamp"].astype("int64") // 10 ** (6 if shuffled["timestamp"].dt.unit == "us" else 9)),
            "T": shuffled["temperature_c"].astype(float) * 1.8 + 32,
            "CO": shuffled["co_ppm"],
            "room": shuffled["zone_id"],
            "device": shuffled["sensor_id"],
            "house": shuffled["site_id"],
            "unused": "x",
        }
    )
    renamed.to_csv(other / "raw" / "all.csv", index=False)
    says = {
        "timestamp": {"column": "UTC", "unit": "s"},
        "label": {"column": "Fire Alarm", "hazard": ["alarm"]},
        "sensor": "device",
        "zone": "room",
        "site": "house",
        "channels": [{"name": "temperature_c", "column": "T", "unit": "degF"}, {"name": "co_ppm", "column": "CO"}],
    }
    (other / "raw" / "schema.json").write_text(json.dumps(says))
    found = read_dataset(version(other, tmp_path / "other-out"))

    assert found.items == expected.items
    for item in found.items:
        one, same = (read_panel(each.channel / item.path, SIGNALS) for each in (found, expected))
        np.testing.assert_allclose(one.values, same.values, rtol=1e-5)
        np.testing.assert_array_equal(one.hazard, same.hazard)


def test_files_of_many_tables_make_the_same_version(raw: Path, tmp_path: Path, table: pd.DataFrame) -> None:
    as_files(table, raw)
    other = tmp_path / "other"
    (other / "raw").mkdir(parents=True)
    for number in range(3):  # rows of every site and block in each
        table.iloc[number::3].to_parquet(other / "raw" / f"{number}.parquet", index=False)

    assert version(raw, tmp_path / "out").name == version(other, tmp_path / "other-out").name


def test_batches_make_the_same_version(
    raw: Path, tmp_path: Path, table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_files(table, raw)
    whole = version(raw, tmp_path / "out")
    monkeypatch.setattr("lambdas.data_prep.sensor_zones.plan.BATCH_ROWS", len(table) // 3)
    ours = inputs(raw, tmp_path / "batches")
    listed = batches.list_batches(ours)
    with pytest.raises(DataError, match="Run run has no seen/000000.json"):
        batches.merge(ours)
    for event in listed.batches:
        batches.inspect_batch(ours, event.batch)
        batches.inspect_batch(ours, event.batch)

    assert len(listed.batches) > 2
    assert publish("fire", SPEC, batches.merge(ours), ours.artifacts).version == whole.name


def test_a_table_that_memory_does_not_hold_becomes_the_same_version(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500,000 rows of one site in one block, in no order and each of them twice; DuckDB is given 53 MB."""
    rng = np.random.default_rng(2)
    seconds = np.arange(500_000 // 4)
    rows = pd.DataFrame(
        {
            "timestamp": pd.Timestamp("2025-03-01", tz="UTC") + pd.to_timedelta(np.repeat(seconds, 4), unit="s"),
            "sensor_id": np.tile([f"sensor-with-a-long-name-{one}" for one in range(4)], len(seconds)),
            "temperature_c": rng.normal(size=500_000),
            "co_ppm": rng.random(500_000),
            "fire": np.repeat((seconds % 600 < 60).astype(int), 4),
        }
    )
    pd.concat([rows, rows]).sample(frac=1, random_state=1).to_parquet(raw / "raw" / "a.parquet", index=False)
    spec = SPEC.model_copy(update={"signals": SIGNALS.model_copy(update={"step_s": 1}), "block_hours": 48.0})
    plan_only = inputs(raw, tmp_path / "out", spec)
    with pytest.raises(DataError, match="too few to train on"):  # one block: what matters is that it was made
        prepare(plan_only)
    whole = (tmp_path / "out/runs/fire/run/data_prep/tables/site/2025-03-01.parquet").read_bytes()
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "96")
    on_disk: list[int] = []

    def one_a_step(con: Any, signals: ZoneSignals) -> tuple[int, int]:
        looks = con.cursor()
        with ThreadPoolExecutor(1) as pool:
            work = pool.submit(tables.one_a_step, con, signals)
            while not work.done():
                on_disk.append(
                    looks.execute("SELECT coalesce(sum(size), 0) FROM duckdb_temporary_files()").fetchone()[0]
                )
                time.sleep(0.005)
        return work.result()

    monkeypatch.setattr(making, "tables", SimpleNamespace(**{**vars(tables), "one_a_step": one_a_step}))
    with pytest.raises(DataError, match="too few to train on"):
        prepare(inputs(raw, tmp_path / "small", spec))

    assert max(on_disk) > 1_000_000
    assert (tmp_path / "small/runs/fire/run/data_prep/tables/site/2025-03-01.parquet").read_bytes() == whole
