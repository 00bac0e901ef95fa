"""Hosts that have a share of the data each: together they draw what one with all of it draws."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from inference.contracts import DatasetSummary, Split
from inference.contracts.zones import ZoneItem, ZoneLayout
from tests.unit.ensemble_toys import ADJACENT, SIGNALS, toy_source, write_toy_table
from training_containers.contract import DataFault
from training_containers.ensemble.data import read_dataset, sources
from training_containers.ensemble.folds import folds_of
from training_containers.ensemble.members import require_share
from training_containers.ensemble.models.drawn import calm_windows, drawn_of
from training_containers.ensemble.models.tcn import TemporalConvolution
from training_containers.ensemble.models.vae import VariationalAutoencoder
from training_containers.ensemble.source import ShardSource
from training_containers.ensemble.store import shard_elsewhere
from training_containers.torch_run.processes import Processes

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return toy_source(tmp_path_factory.mktemp("sites"), (1, 2, 3, 4))


@pytest.fixture(scope="module")
def hosts(whole):
    """Two, with every other shard each."""

    def of(rank):
        return ShardSource(
            [one if number % 2 == rank else _elsewhere(one) for number, one in enumerate(whole.shards)],
            SIGNALS,
        )

    return [of(0), of(1)]


class Together(Processes):
    """One of two hosts, told what the other would say."""

    def gathered(self, value):
        return TALK[0](value)


TALK = [None]


def of_all(values):
    """Both hosts' values, whoever asks."""
    TALK[0] = lambda value: values


@pytest.mark.parametrize("reads", ["features", "windows"])
def test_shares_are_the_sample_that_one_host_draws(whole, hosts, reads):
    expected = whole.sample(reads, 900, seed=5)
    shares = [one.sample(reads, 900, seed=5) for one in hosts]

    assert expected.share is None
    positions = np.concatenate([one.share.position for one in shares])
    assert sorted(positions) == list(range(900))
    for one in shares:
        assert np.array_equal(one.inputs, expected.inputs[one.share.position], equal_nan=True)
        assert np.array_equal(one.share.hazard, expected.hazard)
        assert np.array_equal(one.weight, expected.weight[one.share.position])
    assert [one.decisions for one in hosts] == [whole.decisions] * 2
    assert [one.hazards for one in hosts] == [whole.hazards] * 2


def test_a_host_goes_through_its_own_decisions_only(whole, hosts):
    rows = [sum(len(batch) for batch in one.batches("features", 300, seed=1)) for one in hosts]
    scored = [sum(map(len, one.in_sample("features", 900, 5, 100))) for one in hosts]

    assert rows == [sum(map(len, whole.shards[rank::2])) for rank in range(2)]
    assert sum(scored) == 900


def test_all_hosts_agree_on_the_folds(whole, hosts):
    found = [[[one.group for one in fold.held.shards] for fold in folds_of(each, 2)] for each in (whole, *hosts)]

    assert found[0] == found[1] == found[2]


def test_a_fold_that_lies_on_one_host_is_drawn_by_both(whole):
    *first, last = whole.shards
    main = ShardSource([*first, _elsewhere(last)], SIGNALS)
    other = ShardSource([*map(_elsewhere, first), last], SIGNALS)

    folds = [fold for one in (main, other) for fold in folds_of(one, 4)]
    rests = [fold.rest for fold in folds if fold.held.shards[0].group == last.group]
    shares = [rest.sample("features", 300, seed=5).share for rest in rests]

    assert [len(share.position) for share in shares] == [300, 0]
    assert np.array_equal(shares[0].hazard, shares[1].hazard)


def _elsewhere(shard):
    return shard_elsewhere(shard.group, shard.block, len(shard), shard.hazards)


@pytest.mark.parametrize("build", [TemporalConvolution, VariationalAutoencoder])
def test_every_window_of_a_step_is_taken_once_with_the_weight_it_has_on_one_host(whole, hosts, build):
    network, alone = build(SIGNALS, 8), Processes(0, 1, CPU)
    expected = drawn_of(whole.sample("windows", 600, seed=5), network, alone)
    batches = [one.sample("windows", 600, seed=5) for one in hosts]
    kept = [batch.weight[~batch.hazard] if network.calm_only else batch.weight for batch in batches]
    of_all([(float(np.sqrt(weight).sum()), len(weight)) for weight in kept])
    rows = torch.randperm(len(expected))[:100]
    seen, weights = [], torch.zeros(100)
    for host, batch in enumerate(batches):
        for rank in range(2):  # two processes a host
            processes = Together(2 * host + rank, 4, CPU, rank, 2)
            drawn = drawn_of(batch, network, processes)
            assert len(drawn) == len(expected)
            ours, where = drawn.of_process(rows, processes)
            seen += ours.tolist()
            weights[ours] = drawn.weight[where]
            assert torch.equal(drawn.readings[where], expected.readings[rows[ours]])

    assert sorted(seen) == list(range(100))
    assert torch.allclose(weights, expected.weight[rows])


def test_scales_are_measured_on_the_same_windows_everywhere(whole, hosts):
    expected = calm_windows(whole.sample("windows", 700, seed=5), Processes(0, 1, CPU))
    told = []
    TALK[0] = lambda value: told.append(value) or [value]
    batches = [one.sample("windows", 700, seed=5) for one in hosts]
    for rank, batch in enumerate(batches):
        calm_windows(batch, Together(rank, 2, CPU))
    of_all(told)

    for rank, batch in enumerate(batches):
        assert np.array_equal(calm_windows(batch, Together(rank, 2, CPU)), expected, equal_nan=True)


def test_a_main_host_without_fires_in_a_fold_is_a_fault_of_the_data(hosts):
    folds = list(folds_of(hosts[0], 2))
    (first, *_) = folds
    lacking = replace(first, held=ShardSource([one for one in first.held.shards if one.elsewhere], SIGNALS))

    with pytest.raises(DataFault, match="held out in fold 0 the main host has 0 decisions"):
        require_share([lacking])


def test_tables_to_train_on_may_lie_on_another_host(tmp_path):
    dataset, here = tmp_path / "dataset", tmp_path / "train"
    splits = {1: Split.TRAIN, 2: Split.TRAIN, 3: Split.VALIDATION, 4: Split.TEST}
    items = [
        ZoneItem(path=f"{seed}.parquet", label="fire", split=split, group=f"site-{seed}", block="day")
        for seed, split in splits.items()
    ]
    dataset.mkdir()
    here.mkdir()
    for item, seed in zip(items, splits, strict=True):
        write_toy_table((here if item.split is Split.TRAIN else dataset) / item.path, seed)
    summary = DatasetSummary(domain="d", version="0" * 16, classes=("normal", "fire"), counts={}, duplicates=0)
    (dataset / "dataset.json").write_text(summary.model_dump_json())
    (dataset / "zones.json").write_text(ZoneLayout(signals=SIGNALS, adjacent=ADJACENT).model_dump_json())
    (dataset / "manifest.jsonl").write_text("\n".join(item.model_dump_json() for item in items))
    alone = Processes(0, 1, CPU)
    whole = sources(read_dataset(dataset, here), tmp_path / "scratch", 1, alone)[Split.TRAIN]
    (here / "2.parquet").unlink()
    shared = read_dataset(dataset, here)

    with pytest.raises(DataFault, match=r"no host has 1 tables of the manifest, 2\.parquet among them"):
        sources(shared, tmp_path / "other", 1, alone)
    of_all([{}, {"2.parquet": (len(whole.shards[1]), whole.shards[1].hazards)}])
    found = sources(shared, tmp_path / "other", 1, Together(0, 1, CPU))

    assert found[Split.TRAIN].decisions == whole.decisions
    assert [one.elsewhere is None for one in found[Split.TRAIN].shards] == [True, False]
    assert json.loads((tmp_path / "other" / "1.parquet" / "shard.json").read_text())["group"] == "site-1"
