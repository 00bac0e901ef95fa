"""A stage's checkpoints as PyTorch files, newest first."""

import sys
from pathlib import Path
from typing import Any

import torch

from training_containers.contract.checkpoints import require_same_run, write_whole

KEEP = 2


def save_checkpoint(folder: Path, stage: str, epoch: int, step: int, state: dict[str, Any]) -> None:
    """Write a checkpoint under its final name in one rename, then drop all but the stage's last `KEEP`.

    Args:
        stage: the part of the run; each has checkpoints of its own.
        epoch: the epoch to continue in.
        step: the step in it to continue at.
    """
    path = folder / f"checkpoint-{stage}-{epoch:05d}-{step:07d}.pt"
    write_whole(path, lambda file: torch.save(state, file))
    for old in sorted(folder.glob(f"checkpoint-{stage}-*.pt"))[:-KEEP]:
        old.unlink()


def load_checkpoint(folder: Path, stage: str, identity: dict[str, Any]) -> dict[str, Any] | None:
    """The stage's newest checkpoint that can be read, or None. One that is half-written or damaged is skipped, aloud.

    Args:
        identity: what makes the run itself (hyperparameters, dataset version); stored as `state["identity"]`.

    Raises:
        ConfigurationFault: the checkpoint belongs to a run with another identity.
    """
    for path in sorted(folder.glob(f"checkpoint-{stage}-*.pt"), reverse=True):
        try:
            state = torch.load(path, map_location="cpu", weights_only=True)
            found = state["identity"]
        except Exception as error:  # a truncated file can fail in many ways
            print(f"warning: {path.name} is damaged and skipped: {type(error).__name__}: {error}", file=sys.stderr)
            continue
        require_same_run(found, identity)
        return state
    return None
