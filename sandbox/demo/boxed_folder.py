"""A person's folder of pictures with boxes: which file tells the boxes, and below which folder its pictures lie.

Annotation tools export to `annotations.json` beside `images/`, to `annotations/instances_default.json`, to a file among
the pictures, and so on.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from clients.operator.errors import OperatorError
from clients.operator.imports.boxed import read_boxed
from inference.contracts.annotations.megadetector import CONFIDENCE
from sandbox.demo.domain import DemoError

LABELS, COCO, IMAGES = "labels.json", "annotations.json", "images"
ANIMAL = {"animal": "animal"}
"""MegaDetector does not tell which."""
LOOKED_FOR = 200
"""Pictures that tell a folder from another."""


class BoxedFolder(NamedTuple):
    pictures: Path
    rows: list[dict[str, str]]
    """As the table of labels has them."""
    left_out: Sequence[tuple[str, str]] = ()
    """Picture that the annotations name, and why there is no row."""


class _Annotations(NamedTuple):
    file: Path
    form: str
    paths: list[str]


@cache
def read_boxed_folder(raw: Path) -> BoxedFolder:
    """Raises DemoError where there are no annotations, or several, and where no picture of theirs can be used."""
    if not raw.is_dir():
        raise DemoError(f"{raw} is no folder")
    if (raw / LABELS).is_file():
        return BoxedFolder(raw / IMAGES, _table_rows(raw / LABELS))
    found = _annotations_in(raw)
    below = dict.fromkeys([raw / IMAGES, found.file.parent, raw, *sorted(one for one in raw.iterdir() if one.is_dir())])
    named = found.paths[:LOOKED_FOR]
    pictures = max(below, key=lambda one: sum((one / path).is_file() for path in named))  # the first of those that tie
    try:
        read = read_boxed(found.file, found.form, pictures, ANIMAL if found.form != "coco" else {}, CONFIDENCE)
    except OperatorError as error:
        raise DemoError(str(error)) from error
    if not read.rows:
        path, why = read.left_out[0]
        raise DemoError(f"no picture of {found.file} can be used; {pictures / path}: {why}")
    return BoxedFolder(pictures, [row.model_dump() for row in read.rows], tuple(read.left_out))


def _annotations_in(raw: Path) -> _Annotations:
    files = [raw / COCO] if (raw / COCO).is_file() else sorted([*raw.glob("*.json"), *raw.glob("*/*.json")])
    read = {file: _read(file) for file in files if not file.name.startswith(".")}
    found = [_Annotations(file, *told) for file, told in read.items() if told is not None]
    if len(found) > 1:
        names = ", ".join(str(one.file.relative_to(raw)) for one in found)
        raise DemoError(
            f"{raw} has several files of annotations ({names}); put one of them and its pictures in a folder"
        )
    if found:
        return found[0]
    if (raw / COCO).is_file():
        return _Annotations(raw / COCO, "coco", [])  # whose reader says what is wrong with it
    raise DemoError(
        f"{raw} is not a folder of pictures with boxes: it needs {IMAGES}/*.jpg and {COCO}, which is COCO's format, "
        "with the pictures' `camera` and `event`, or `group`; or MegaDetector's results"
    )


def _read(file: Path) -> tuple[str, list[str]] | None:
    """The form of a file of annotations, and the pictures that it names; None: it is no such file."""
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
    named: dict[str, list[Any]] = {}
    if isinstance(content, dict):
        named["file_name"] = content.get("images", []) if {"annotations", "categories"} <= set(content) else []
        named["file"] = content.get("images", []) if "detection_categories" in content else []
    elif isinstance(content, list) and content and isinstance(content[0], dict) and "detections" in content[0]:
        named["file"] = content
    for member, entries in named.items():
        if isinstance(entries, list) and entries:
            paths = [str(one[member]).replace("\\", "/") for one in entries if isinstance(one, dict) and member in one]
            return "coco" if member == "file_name" else "megadetector", paths
    return None


def _table_rows(file: Path) -> list[dict[str, str]]:
    try:
        rows = json.loads(file.read_text(encoding="utf-8-sig"))
        usable = isinstance(rows, list) and all(isinstance(json.loads(row["boxes"]), list) for row in rows)
    except (OSError, ValueError, TypeError, KeyError):
        usable = False
    if not usable:
        raise DemoError(
            f"{file} is no list of objects with imageName and boxes, a JSON text; boxes of other programs go "
            f"into {COCO}, in COCO's format"
        )
    return rows
