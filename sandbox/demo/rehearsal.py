"""What data prep will make of a person's own pictures, found out before anything is deployed: by running it here."""

import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from inference.contracts.labels import SUFFIXES
from lambdas.common.errors import VigilError
from lambdas.data_prep.clients import LabelTable
from lambdas.data_prep.folder_bucket import FolderBucket
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.kinds import preparation
from lambdas.data_prep.pictures.spec import PicturesSpec
from sandbox.demo.domain import DemoError

ENOUGH_MS = 1 << 40
SHOWN = 3
"""Names of what is left out for one reason; the rest is counted."""


def pictures_below(folder: Path) -> list[Path]:
    """What goes up: files that a person takes for pictures, whether data prep does or not."""
    found = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def rehearse(spec: PicturesSpec, folder: Path, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is usable, what is left out and why, and what else data prep finds. `rows`: as in the table of labels.

    Raises DemoError with data prep's own sentence where the pictures are not enough.
    """
    here = spec.model_copy(update={"prefix": ""})
    raw, run = _Uploads(folder), f"rehearsal-{time.time_ns():x}"
    try:
        found = preparation(here).prepare(
            Inputs("rehearsal", run, here, raw, raw, _Rows(folder, rows), lambda: ENOUGH_MS)
        )
    except VigilError as error:
        raise DemoError(f"{folder}: {error}") from error
    lines = [f"{len(found.items)} of {len(raw.sizes(''))} pictures can be used"]
    gone = {"surplus copies": found.duplicates} | {
        f"{name}, of which there are enough": n for name, n in found.undersampled.items()
    }
    lines += [f"left out: {count} {what}" for what, count in gone.items() if count]
    for reason, rejections in groupby(sorted(found.rejections, key=lambda one: one.reason), lambda one: one.reason):
        some = list(rejections)
        names = ", ".join(one.item for one in some[:SHOWN]) + (", ..." if len(some) > SHOWN else "")
        lines.append(f"left out: {len(some)} {reason.replace('_', ' ')}: {names}: {some[0].detail}")
    return lines + [f"{one.kind.replace('_', ' ')}: {one.count}: {one.detail}" for one in found.findings]


class _Uploads(FolderBucket):
    """Holds what goes up, and takes nothing."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._found = {path.relative_to(root).as_posix(): path.stat().st_size for path in pictures_below(root)}

    def sizes(self, prefix: str) -> dict[str, int]:
        return {key.removeprefix(prefix): size for key, size in self._found.items() if key.startswith(prefix)}


class _Rows(LabelTable):
    def __init__(self, folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
        self.name = str(folder)
        self._rows = rows

    def rows(self) -> Iterator[dict[str, Any]]:
        return map(dict, self._rows)
