"""Decisions on disk: whole, in bounded memory, the same at training as one window at serving."""

from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch

from inference.contracts import Split
from inference.contracts.zones import ZoneChannel, ZoneItem, ZoneLayout, ZoneSignals
from inference.sensor_zones.features import feature_names, zone_features
from inference.sensor_zones.nodes import fill_forward, windows
from training_containers.contract import DataFault
from training_containers.ensemble.data import Dataset, sources
from training_containers.ensemble.folds import folds_of
from training_containers.ensemble.panels import read_panel
from training_containers.ensemble.source import ShardSource
from training_containers.ensemble.store import write_shard
from training_containers.torch_run.processes import Processes

STEPS, ZONES, EACH = 200, 3, 2
SIGNALS = ZoneSignals(
    channels=tuple(ZoneChannel(name=name, unit="1", low=-100, high=100) for name in ("heat", "smoke")),
    window_steps=12,
    short_steps=3,
    fill_steps=2,
    sensors=2,
    neighbours=1,
)
ADJACENT = {"a": ["b"], "b": ["a", "c"], "c": ["b"]}


@pytest.fixture
def table(tmp_path):
    return write_table(tmp_path / "table.parquet", seed=1)


def write_table(path, seed):
    rng = np.random.default_rng(seed)
    rows = STEPS * ZONES * EACH
    columns = {
        "timestamp": pa.array(np.repeat(np.arange(STEPS) * 10_000_000, ZONES * EACH), pa.timestamp("us", tz="UTC")),
        "zone_id": [zone for _ in range(STEPS) for zone in "abc" for _ in range(EACH)],
        "sensor_id": [f"{zone}{number}" for _ in range(STEPS) for zone in "abc" for number in range(EACH)],
        "hazard": np.repeat(rng.random((STEPS, ZONES)) < 0.1, EACH).astype(np.int8),
    }
    for name in SIGNALS.names:
        values = rng.normal(size=rows).astype(np.float32)
        values[rng.random(rows) < 0.05] = np.nan
        columns[name] = values
    pq.write_table(pa.table(columns), path)
    return path


def shards_of(tmp_path, count):
    return [
        write_shard(
            tmp_path / str(number),
            partial(read_panel, write_table(tmp_path / f"{number}.parquet", seed=number), SIGNALS),
            f"site-{number}",
            "2025-01-01",
            ADJACENT,
            SIGNALS,
        )
        for number in range(count)
    ]


def test_a_table_that_is_no_whole_grid_is_refused(table):
    whole = pq.read_table(table)
    pq.write_table(whole.slice(1), table)

    with pytest.raises(DataFault, match="not one a sensor and step"):
        read_panel(table, SIGNALS)


def test_every_decision_is_read_once_whatever_the_batches(tmp_path):
    source = ShardSource(shards_of(tmp_path, 3), SIGNALS)

    batches = list(source.batches("features", rows=100, seed=5))
    together = np.concatenate([batch.inputs for batch in batches])
    ordered = np.concatenate(list(source.in_order("features", rows=77)))

    assert sum(len(batch) for batch in batches) == source.decisions == len(ordered)
    assert max(len(batch) for batch in batches) <= 100
    assert sum(batch.hazard.sum() for batch in batches) == source.hazards == source.hazard().sum()
    assert np.array_equal(_sorted(together), _sorted(ordered))


def test_a_batch_pairs_inputs_with_their_own_labels(tmp_path):
    source = ShardSource(shards_of(tmp_path, 2), SIGNALS)
    known = dict(zip(map(bytes, np.concatenate(list(source.in_order("features", 50)))), source.hazard(), strict=True))

    for batch in (*source.batches("features", 64, seed=1), source.sample("features", 200, seed=2)):
        assert [known[bytes(row)] for row in batch.inputs] == batch.hazard.tolist()


def test_the_same_seed_draws_the_same_and_windows_belong_to_features(tmp_path):
    source = ShardSource(shards_of(tmp_path, 2), SIGNALS)

    features, again, cut = (source.sample(reads, 120, seed=3) for reads in ("features", "features", "windows"))

    assert np.array_equal(features.inputs, again.inputs, equal_nan=True)
    assert cut.inputs.shape == (120, 12, 3, 2)
    assert np.array_equal(cut.hazard, features.hazard)
    latest = cut.inputs[:, -1, :2]  # own sensors, now
    names = feature_names(SIGNALS)
    assert np.allclose(np.nanmax(latest[:, :, 0], axis=1), features.inputs[:, names.index("heat:max")], equal_nan=True)


def test_weights_restore_the_prevalence(tmp_path):
    source = ShardSource(shards_of(tmp_path, 2), SIGNALS)

    drawn = source.sample("features", 100, seed=0)

    assert drawn.hazard.sum() == 50
    assert drawn.weight[drawn.hazard].sum() == pytest.approx(source.hazards, rel=1e-5)
    assert drawn.weight.sum() == pytest.approx(source.decisions, rel=1e-5)


def test_one_window_has_the_features_it_has_in_its_series(tmp_path, table):
    panel = read_panel(table, SIGNALS)
    nodes = panel.nodes_of(1, ADJACENT, SIGNALS)
    end = 100
    alone = panel.values[end + 1 - SIGNALS.history_steps : end + 1]

    short = replace(panel, values=alone).nodes_of(1, ADJACENT, SIGNALS)

    whole = zone_features(nodes, np.array([end]), SIGNALS)
    single = zone_features(short, np.array([SIGNALS.history_steps - 1]), SIGNALS)
    assert np.allclose(whole, single, rtol=1e-5, atol=1e-6, equal_nan=True)
    assert np.array_equal(
        windows(nodes, np.array([end]), SIGNALS),
        windows(short, np.array([SIGNALS.history_steps - 1]), SIGNALS),
        equal_nan=True,
    )


def test_a_shard_that_is_there_is_not_computed_again(tmp_path):
    (shard,) = shards_of(tmp_path, 1)
    before = (shard.folder / "features.npy").stat().st_mtime_ns

    write_shard(shard.folder, pytest.fail, "other", "other", {}, SIGNALS)

    assert (shard.folder / "features.npy").stat().st_mtime_ns == before


def test_decisions_every_few_steps_know_since_when_it_burns(tmp_path, table):
    panel = read_panel(table, SIGNALS)
    panel.hazard[:, 0] = False
    panel.hazard[50:80, 0] = True

    shard = write_shard(tmp_path / "every", lambda: panel, "x", "day", ADJACENT, SIGNALS, every=6)

    of_zone = shard.zone == 0
    assert ((shard.end + 1) % 6 == 0).all()
    assert shard.end[of_zone & shard.hazard].tolist() == [53, 59, 65, 71, 77]
    assert shard.burning[of_zone & shard.hazard].tolist() == [3, 9, 15, 21, 27]
    assert not shard.burning[~shard.hazard].any()


def test_values_are_carried_over_no_more_than_the_limit():
    values = np.array([1, np.nan, np.nan, np.nan, 5, np.nan], np.float32)[:, None]

    assert np.array_equal(fill_forward(values, 2)[:, 0], [1, 1, 1, np.nan, 5, 5], equal_nan=True)


def _sorted(rows):
    filled = np.nan_to_num(rows, nan=-9e9)
    return filled[np.lexsort(filled.T[::-1])]


@pytest.mark.parametrize("sites", [2, 4])
def test_folds_hold_every_shard_out_once_and_keep_sites_whole(tmp_path, sites):
    train = ShardSource(shards_of(tmp_path, sites), SIGNALS)

    folds = list(folds_of(train, 2))

    held = [{shard.group for shard in fold.held.shards} for fold in folds]
    assert set.union(*held) == {shard.group for shard in train.shards}
    assert not set.intersection(*held)
    assert all(fold.rest.decisions + fold.held.decisions == train.decisions for fold in folds)


def test_too_few_groups_for_the_folds_are_named(tmp_path):
    with pytest.raises(DataFault, match="1 of the 1 sites"):
        list(folds_of(ShardSource(shards_of(tmp_path, 1), SIGNALS), 3))


def test_a_table_that_was_cut_off_is_a_fault_of_the_data(tmp_path, table):
    table.write_bytes(table.read_bytes()[:-100])
    item = ZoneItem(path=table.name, label="fire", split=Split.TRAIN, group="site", block="day")
    dataset = Dataset(None, ZoneLayout(signals=SIGNALS), (item,), table.parent)

    with pytest.raises(DataFault, match=f"the table {table.name} cannot be read: .*Prepare the data again"):
        sources(dataset, tmp_path / "scratch", 6, Processes(0, 1, torch.device("cpu")))
