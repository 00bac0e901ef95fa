"""Readings become one table a site and time block, which the training container reads."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from inference.contracts import Split
from lambdas.data_prep.publish import publish
from lambdas.data_prep.sensor_zones.prepare import prepare
from tests.unit.zone_readings import SIGNALS, SPEC, STEPS, as_files, inputs
from tests.unit.zone_versions import raw as raw
from tests.unit.zone_versions import table as table
from tests.unit.zone_versions import version
from training_containers.ensemble.data import read_dataset
from training_containers.ensemble.panels import read_panel


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
