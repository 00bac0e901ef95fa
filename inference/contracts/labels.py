"""A folder of labelled pictures, as people and programs hand it over: the labelling page, the import, data prep alone.

labels.json or labels.csv    a `LabelRow` each; pictures below `frames/`, `images/` or beside the file
<class>/...                  without such a file: a folder a class; in it folders of recordings, if there are any
"""

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import Field, ValidationError

from inference.contracts.base import Contract

LABELS = ("labels.json", "labels.csv")
PICTURES = ("frames", "images")
SUFFIXES = frozenset([".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".heic", ".heif", ".avif"])
"""What people take for pictures; which of them can be used, data prep and the import tell."""
NEEDED = ("imageName", "label")
SHOWN = 10
"""Faults that an error names."""


class LabelRow(Contract):
    """One picture's. Recording and scene are empty where they are not known."""

    imageName: str = Field(min_length=1, description="path below the folder of pictures, with slashes")
    label: str = Field(min_length=1)
    recording: str = ""
    scene: str = ""
    reviewedLabel: str = Field(default="", description="a person's correction, which wins; empty: none")


class LabelledFolder(NamedTuple):
    pictures: Path
    rows: list[LabelRow]


class LabelsError(Exception):
    """The folder or its labels file is not in the form above; one sentence that says what is."""


def read_labelled(folder: Path) -> LabelledFolder:
    """Raises LabelsError, which names every row at fault (ten at most)."""
    if not folder.is_dir():
        raise LabelsError(f"{folder} is no folder")
    files = [folder / name for name in LABELS if (folder / name).is_file()]
    if not files and (kept := next((name for name in PICTURES if (folder / name).is_dir()), None)) is not None:
        raise LabelsError(
            f"{folder} has {kept}/, and no {' or '.join(LABELS)} that tells the label of each picture in it (imageName "
            f"and label); `python -m clients.operator label --out {folder}` is for labelling what lies in frames/"
        )
    if len(files) > 1:
        raise LabelsError(f"{folder} has both {' and '.join(LABELS)}; keep the one that is right")
    found = _of_file(folder, files[0]) if files else LabelledFolder(folder, list(_of_classes(folder)))
    if not found.rows:
        raise LabelsError(
            f"{folder} has no labelled pictures; it needs a folder a class (ad/, content/), or {' or '.join(LABELS)} "
            "with imageName, label, recording and scene of each picture"
        )
    return found


def _of_file(folder: Path, file: Path) -> LabelledFolder:
    try:
        text = file.read_text(encoding="utf-8-sig")
        entries = (
            json.loads(text)
            if file.suffix == ".json"
            else list(csv.DictReader(text.splitlines(), skipinitialspace=True))
        )
    except (OSError, ValueError, csv.Error) as error:
        raise LabelsError(f"{file} cannot be read: {error}") from error
    if not isinstance(entries, list):
        raise LabelsError(f"{file} holds no list; write one of objects with imageName and label")
    columns = list(dict.fromkeys(str(name) for entry in entries if isinstance(entry, Mapping) for name in entry))
    lacking = [name for name in NEEDED if columns and name not in columns]
    if lacking:
        raise LabelsError(
            f"{file} tells no {' and no '.join(lacking)}; what it has is called {', '.join(columns[:SHOWN])}: call it "
            f"{' and '.join(NEEDED)}{'' if file.suffix == '.json' else ', with commas between'}"
        )
    rows: dict[str, LabelRow] = {}
    faults = []
    for number, entry in enumerate(entries, start=1):
        row = _row(entry)
        if isinstance(row, str):
            faults.append(f"row {number}: {row}")
        elif rows.setdefault(row.imageName, row) != row:
            faults.append(f"row {number}: {row.imageName} is labelled a second time, and otherwise")
    if faults:
        more = f" and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise LabelsError(f"{file}: {'; '.join(faults[:SHOWN])}{more}")
    below = [*(folder / name for name in PICTURES if (folder / name).is_dir()), folder]
    pictures = max(below, key=lambda one: sum((one / name).is_file() for name in rows))  # the first of those that tie
    return LabelledFolder(pictures, list(rows.values()))


def _row(entry: Any) -> LabelRow | str:
    """The row, or what is wrong; columns of other programs are passed over."""
    if not isinstance(entry, Mapping):
        return f"{entry!r:.40} is no object"
    known = {name: entry[name] for name in LabelRow.model_fields if entry.get(name) not in (None, "")}
    known |= {name: str(known[name]) for name in ("recording", "scene") if name in known}  # scenes are often counted
    known = {name: value.strip() if isinstance(value, str) else value for name, value in known.items()}
    try:
        row = LabelRow.model_validate(known)
    except ValidationError as error:
        return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg'].lower()}" for one in error.errors())
    if row.imageName.startswith("/") or ".." in row.imageName.split("/"):
        return f"imageName {row.imageName!r} leads out of the folder; name a path below it"
    return row


def _of_classes(folder: Path) -> Iterable[LabelRow]:
    for file in sorted(folder.glob("*/**/*")):
        label, *between, _ = (parts := file.relative_to(folder).parts)
        if file.is_file() and file.suffix.lower() in SUFFIXES and not any(part.startswith(".") for part in parts):
            recording, scene = (*between, "", "")[:2]
            yield LabelRow(imageName="/".join(parts), label=label, recording=recording, scene=scene)
