"""Checkpoints that a kill at any instant cannot spoil, and that another run cannot continue from."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from training_containers.contract.failure import ConfigurationFault


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file that is there whole or not at all: under another name, to the disk, then renamed."""
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def require_same_run(found: Mapping[str, Any], identity: Mapping[str, Any]) -> None:
    """Raise ConfigurationFault where a checkpoint's identity (hyperparameters, dataset version) is not this run's."""
    other = sorted(name for name in identity if found.get(name) != identity[name])
    if other:
        changes = ", ".join(f"{name} was {found.get(name)!r} and is {identity[name]!r}" for name in other)
        raise ConfigurationFault(f"the checkpoints are another run's: {changes}. Give this run its own location.")
