"""Which table is in which split, and what is left out where splits meet."""

from pathlib import Path

import pandas as pd

from inference.contracts import Split
from lambdas.data_prep.publish import publish
from lambdas.data_prep.sensor_zones import planning
from lambdas.data_prep.sensor_zones.prepare import prepare
from tests.unit.zone_readings import BLOCK_H, SIGNALS, SPEC, STEPS, as_files, inputs, readings
from tests.unit.zone_versions import raw as raw
from tests.unit.zone_versions import table as table
from tests.unit.zone_versions import version
from training_containers.ensemble.data import read_dataset
from training_containers.ensemble.panels import read_panel


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
