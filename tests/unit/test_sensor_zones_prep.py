"""Readings of any layout become one table a site and time block, which the training container reads."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from inference.contracts import Split
from inference.contracts.zones import ZoneSignals
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.publish import publish
from lambdas.data_prep.sensor_zones import batches, making, planning, tables
from lambdas.data_prep.sensor_zones.prepare import prepare
from lambdas.data_prep.sensor_zones.schema import SchemaError
from lambdas.data_prep.sensor_zones.workplace import TimeBudgetError
from tests.unit.zone_readings import BLOCK_H, SIGNALS, SPEC, STEPS, as_files, inputs, readings
from training_containers.ensemble.data import read_dataset
from training_containers.ensemble.panels import read_panel


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return readings()


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "bucket" / "raw").mkdir(parents=True)
    return tmp_path / "bucket"


def version(raw: Path, out: Path, **given) -> Path:
    """The folder of the dataset version that these files become."""
    ours = inputs(raw, out, **given)
    result = publish("fire", ours.spec, prepare(ours), ours.artifacts)
    return Path(result.uri.removeprefix("s3://"))


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


def test_training_reads_what_data_prep_writes(raw: Path, tmp_path: Path, table: pd.DataFrame) -> None:
    as_files(table, raw)
    adjacent = {"zone-0": ["zone-1"]}
    (raw / "raw" / "schema.json").write_text(json.dumps({"site": "site_id", "adjacent": adjacent}))
    dataset = read_dataset(version(raw, tmp_path / "out"))

    assert len(dataset.items) == 4 * 4
    assert dataset.layout.signals == SIGNALS
    assert dataset.layout.adjacent == {"zone-0": ("zone-1",), "zone-1": ("zone-0",)}
    first = next(item for item in dataset.items if item.path == "tables/site-1/2025-03-01T00-00.parquet")
    panel = read_panel(dataset.channel / first.path, SIGNALS)
    ours = table[(table["site_id"] == "site-1")].iloc[: STEPS * 4]
    assert panel.start_s == ours["timestamp"].iloc[0].timestamp()
    values = ours[["temperature_c", "co_ppm"]].to_numpy().reshape(STEPS, 4, 2)
    np.testing.assert_array_equal(panel.values[: len(values)], values[: len(panel.values)])
    np.testing.assert_array_equal(panel.hazard[:, 0], ours["fire"].to_numpy().reshape(STEPS, 4)[: len(panel.hazard), 0])


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


def test_hosts_may_share_the_tables_to_train_on_and_have_the_rest_each(
    raw: Path, tmp_path: Path, table: pd.DataFrame
) -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html, ManifestFile"""
    as_files(table, raw)
    folder = version(raw, tmp_path / "out")
    items = read_dataset(folder).items

    listed = {}
    for channel in SPEC.channels(f"s3://{folder}/"):
        source = channel["DataSource"]["S3DataSource"]
        assert source["S3DataType"] == "ManifestFile"
        head, *listed[channel["ChannelName"]] = json.loads(Path(source["S3Uri"].removeprefix("s3://")).read_text())
        assert head == {"prefix": f"s3://{folder}/"}
    tables = {True: [], False: []}
    for item in items:
        tables[item.split is Split.TRAIN].append(item.path)
    assert listed["train"] == tables[True]
    assert listed["dataset"] == ["manifest.jsonl", "dataset.json", "zones.json", *tables[False]]
    assert all((folder / path).is_file() for paths in listed.values() for path in paths)


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


def test_readings_that_repeat_or_lie_beyond_the_limits(raw: Path, tmp_path: Path, table: pd.DataFrame) -> None:
    broken = table.copy()
    broken.loc[10, "temperature_c"] = 700.0
    broken.loc[11, "co_ppm"] = np.nan
    again = broken.iloc[20:30]
    later = broken.iloc[[40]].assign(temperature_c=33.0, timestamp=broken["timestamp"][40] + pd.Timedelta(20, "s"))
    as_files(pd.concat([broken, later]), raw)
    again.to_csv(raw / "raw" / "again.csv", index=False)
    dataset = prepare(inputs(raw, tmp_path / "out"))
    folder = Path(publish("fire", SPEC, dataset, inputs(raw, tmp_path / "out").artifacts).uri.removeprefix("s3://"))
    panel = read_panel(folder / "tables/site-0/2025-03-01T00-00.parquet", SIGNALS)

    assert dataset.duplicates == 10
    assert np.isnan(panel.values[2, 2]).tolist() == [True, False]
    assert np.isnan(panel.values[2, 3]).tolist() == [False, True]
    assert np.isnan(panel.values).sum() == 2
    assert panel.values[10, 0, 0] == 33.0
    assert panel.values[10, 0, 1] == table["co_ppm"][40]


def test_the_same_file_twice_counts_once(raw: Path, tmp_path: Path, table: pd.DataFrame) -> None:
    as_files(table, raw)
    first = sorted((raw / "raw").rglob("*.parquet"))[0]
    (raw / "raw" / "zz-copy.parquet").write_bytes(first.read_bytes())
    dataset = prepare(inputs(raw, tmp_path / "out"))

    assert [(one.item, str(one.reason)) for one in dataset.rejections] == [("zz-copy.parquet", "same_file")]


def test_the_latest_blocks_of_all_sites_are_the_test_split(raw: Path, tmp_path: Path, table: pd.DataFrame) -> None:
    as_files(table, raw)
    items = prepare(inputs(raw, tmp_path / "out")).items
    last = max(item.block for item in items)

    assert {item.block for item in items if item.split is Split.TEST} == {last}
    before = [item for item in items if item.block != last]
    assert len({item.group for item in before if item.split is Split.VALIDATION}) == 1
    assert len({(item.group, item.split) for item in before}) == len({item.group for item in before})


def test_where_splits_meet_a_window_is_left_out(raw: Path, tmp_path: Path, table: pd.DataFrame) -> None:
    as_files(table, raw)
    folder = version(raw, tmp_path / "out")
    dataset = read_dataset(folder)
    length = {item.path: len(read_panel(folder / item.path, SIGNALS).values) for item in dataset.items}
    blocks = sorted({item.block for item in dataset.items})

    assert {length[item.path] for item in dataset.items if item.block == blocks[-2]} == {STEPS - SIGNALS.window_steps}
    assert {length[item.path] for item in dataset.items if item.block != blocks[-2]} == {STEPS}


def test_a_test_block_stays_one_when_data_is_added(raw: Path, tmp_path: Path) -> None:
    as_files(readings(blocks=4), raw)
    tested = {item.block for item in prepare_and_publish(raw, tmp_path) if item.split is Split.TEST}
    as_files(readings(blocks=8), raw)
    later = {item.block for item in prepare_and_publish(raw, tmp_path) if item.split is Split.TEST}

    assert tested < later
    assert max(later) == "2025-03-02T18-00"


def prepare_and_publish(raw: Path, tmp_path: Path):
    ours = inputs(raw, tmp_path / "out")
    dataset = prepare(ours)
    publish("fire", SPEC, dataset, ours.artifacts)
    return dataset.items


def test_block_names_are_read_back() -> None:
    for hours in (BLOCK_H, 24, 0.5):
        block_us = SPEC.model_copy(update={"block_hours": hours}).block_us
        assert planning.block_number(planning.block_name(123_456, block_us), block_us) == 123_456


def test_too_few_fires_are_refused_and_what_is_missing_is_said(raw: Path, tmp_path: Path) -> None:
    as_files(readings(sites=1, blocks=4, burns_every=4), raw)
    with pytest.raises(DataError, match=r"1 sites in 4 time blocks of 6 h, .*: validation has 0 tables with 'fire'"):
        prepare(inputs(raw, tmp_path / "out"))


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


def test_a_table_of_which_only_margins_are_left_is_no_item(raw: Path, tmp_path: Path, table: pd.DataFrame) -> None:
    """A site's last block before the test blocks holds six minutes, all but one of them beside the tested ones."""
    last_before = table["timestamp"].min() + pd.Timedelta(3 * BLOCK_H, "h")
    early = (table["site_id"] == "site-0") & table["timestamp"].between(
        last_before - pd.Timedelta(BLOCK_H, "h"), last_before - pd.Timedelta(7, "min")
    )
    table[~early].iloc[::-1].to_parquet(raw / "raw" / "all.parquet", index=False)
    items = prepare(inputs(raw, tmp_path / "out")).items
    blocks = sorted({item.block for item in items})

    assert {item.group for item in items if item.block == blocks[-2]} == {"site-1", "site-2", "site-3"}
    assert {item.group for item in items if item.block == blocks[-1]} == {f"site-{number}" for number in range(4)}
