"""A checkpoint is whole or it is not there."""

from pathlib import Path

import pytest
import torch

from training_containers.contract import ConfigurationFault
from training_containers.torch_run.checkpoint import KEEP, load_checkpoint, save_checkpoint

IDENTITY = {"epochs": 3, "dataset_version": "v1"}


def save(folder: Path, epoch: int) -> Path:
    save_checkpoint(folder, "head", epoch, 0, {"identity": IDENTITY, "epoch": epoch, "weights": torch.ones(1000)})
    return sorted(folder.glob("checkpoint-*.pt"))[-1]


def test_there_may_be_none(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path, "head", IDENTITY) is None


def test_the_newest_is_loaded_and_only_the_last_ones_stay(tmp_path: Path) -> None:
    for epoch in range(1, 13):
        save(tmp_path, epoch)
    state = load_checkpoint(tmp_path, "head", IDENTITY)
    assert state is not None
    assert state["epoch"] == 12
    assert len(list(tmp_path.iterdir())) == KEEP


@pytest.mark.parametrize("damage", [lambda content: content[: len(content) // 2], lambda _: b"", lambda _: b"PK" * 50])
def test_a_damaged_one_is_skipped_aloud(damage, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path, 1)
    newest = save(tmp_path, 2)
    newest.write_bytes(damage(newest.read_bytes()))
    state = load_checkpoint(tmp_path, "head", IDENTITY)
    assert state is not None
    assert state["epoch"] == 1
    assert f"{newest.name} is damaged and skipped" in capsys.readouterr().err


def test_another_runs_checkpoints_are_refused_and_the_difference_is_named(tmp_path: Path) -> None:
    save(tmp_path, 1)
    with pytest.raises(ConfigurationFault, match="epochs was 3 and is 5"):
        load_checkpoint(tmp_path, "head", {**IDENTITY, "epochs": 5})


def test_each_stage_keeps_its_own(tmp_path: Path) -> None:
    save(tmp_path, 7)
    for epoch in range(5):
        save_checkpoint(tmp_path, "network", epoch, 0, {"identity": IDENTITY, "epoch": epoch})
    head, network = load_checkpoint(tmp_path, "head", IDENTITY), load_checkpoint(tmp_path, "network", IDENTITY)
    assert head is not None
    assert network is not None
    assert (head["epoch"], network["epoch"]) == (7, 4)
