"""Files that survive a power cut: the disk has content before its name, and a name before anything relies on it."""

import os
import shutil
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from inference.contracts.base import Contract

AnyContract = TypeVar("AnyContract", bound=Contract)
NEW, UNFINISHED = ".new", ".tmp"
"""Endings of files and folders that are not complete; whoever starts removes them."""


def write_new(path: Path, data: bytes) -> None:
    """Write a file that nothing reads yet, and wait until the disk has its content. Leaves none behind if it fails."""
    try:
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise


def write(path: Path, data: bytes) -> None:
    """Replace a file's content at one stroke: readers, now or after a power cut, find the old or the new one."""
    new = path.with_name(path.name + NEW)
    write_new(new, data)
    os.replace(new, path)
    sync_folder(path.parent)


def read(path: Path, contract: type[AnyContract]) -> AnyContract | None:
    """What a file of JSON says; None if it is not there, or the disk has damaged it or cannot give it out."""
    try:
        return contract.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the folder's names. https://man7.org/linux/man-pages/man2/fsync.2.html, DESCRIPTION."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Wait until the disk has every file and name below a folder, whoever wrote them."""
    for path in sorted(folder.rglob("*")):
        if not path.is_symlink():
            sync_folder(path)
    sync_folder(folder)


def finish(unfinished: Path, finished: Path) -> None:
    """Give a folder, whose files `write_new` wrote, its lasting name."""
    sync_folder(unfinished)
    os.rename(unfinished, finished)
    sync_folder(finished.parent)


def remove_folder(folder: Path) -> None:
    """What is half removed after a power cut has an unfinished folder's name."""
    if not folder.name.endswith(UNFINISHED):
        doomed = folder.with_name(folder.name + UNFINISHED)
        shutil.rmtree(doomed, ignore_errors=True)
        os.rename(folder, doomed)
        folder = doomed
    shutil.rmtree(folder, ignore_errors=True)
