"""What data prep will make of a person's own data, found out before anything is deployed: by running it here."""

import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lambdas.common.errors import VigilError
from lambdas.data_prep.clients import LabelTable
from lambdas.data_prep.dataset_files import Dataset
from lambdas.data_prep.folder_bucket import FolderBucket
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.kinds import preparation
from lambdas.data_prep.pictures.spec import PicturesSpec
from lambdas.data_prep.spec import KindSpec
from sandbox.demo.domain import DemoError
from sandbox.demo.uploads import pictures_below

ENOUGH_MS = 1 << 40
SHOWN = 3
"""Names of what is left out for one reason; the rest is counted."""
FINDINGS = 10
MOST_BYTES = 50_000_000
"""Of tables: what is read in seconds."""


def rehearse(spec: PicturesSpec, folder: Path, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is usable, what is left out and why, and what else data prep finds. `rows`: as in the table of labels.

    Raises DemoError with data prep's own sentence where the pictures are not enough.
    """
    raw = _Uploads(folder, pictures_below(folder))
    found = _prepared(spec, raw, _Rows(folder, rows))
    gone = {"surplus copies": found.duplicates}
    gone |= {f"{name}, of which there are enough": count for name, count in found.undersampled.items()}
    lines = [f"{len(found.items)} of {len(raw.sizes(''))} pictures can be used"]
    return [*lines, *(f"left out: {count} {what}" for what, count in gone.items() if count), *_told(found)]


def rehearse_tables(spec: KindSpec, raw: Path, files: Sequence[Path]) -> list[str]:
    """As `rehearse`, of tables and what describes them; nothing where reading them would take long."""
    uploads = _Uploads(raw, files)
    if sum(uploads.sizes("").values()) > MOST_BYTES:
        return []
    return _told(_prepared(spec, uploads, None))


def _prepared(spec: KindSpec, raw: FolderBucket, labels: LabelTable | None) -> Dataset:
    here = spec.model_copy(update={"prefix": ""})
    with TemporaryDirectory() as folder:
        made, run = FolderBucket(Path(folder)), f"rehearsal-{time.time_ns():x}"
        try:
            return preparation(here).prepare(Inputs("rehearsal", run, here, raw, made, labels, lambda: ENOUGH_MS))
        except VigilError as error:
            raise DemoError(f"{raw.name}: {error}") from error


def _told(found: Dataset) -> list[str]:
    lines = []
    for reason, rejections in groupby(sorted(found.rejections, key=lambda one: one.reason), lambda one: one.reason):
        some = list(rejections)
        names = ", ".join(one.item for one in some[:SHOWN]) + (", ..." if len(some) > SHOWN else "")
        lines.append(f"left out: {len(some)} {reason.replace('_', ' ')}: {names}: {some[0].detail}")
    lines += [f"{one.kind.replace('_', ' ')}: {one.count}: {one.detail}" for one in found.findings[:FINDINGS]]
    more = len(found.findings) - FINDINGS
    return [*lines, f"{more} findings more"] if more > 0 else lines


class _Uploads(FolderBucket):
    """Holds what goes up, and nothing else of the folder."""

    def __init__(self, root: Path, files: Sequence[Path]) -> None:
        super().__init__(root)
        self._found = {path.relative_to(root).as_posix(): path.stat().st_size for path in files}

    def sizes(self, prefix: str) -> dict[str, int]:
        return {key.removeprefix(prefix): size for key, size in self._found.items() if key.startswith(prefix)}


class _Rows(LabelTable):
    def __init__(self, folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
        self.name = str(folder)
        self._rows = rows

    def rows(self) -> Iterator[dict[str, Any]]:
        return map(dict, self._rows)
