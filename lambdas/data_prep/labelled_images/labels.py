"""Matches rows of the label table with pictures: which pictures have a usable label, and what is left over."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from lambdas.data_prep.labelled_images.reasons import Reason
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.data_prep.quarantine import Rejection

PICTURE_SUFFIXES = (".jpg", ".jpeg")


class Candidate(NamedTuple):
    """A labelled picture that has not been opened yet."""

    path: str
    label: str
    reviewed: bool
    recording: str = ""
    """Value of the first group column; empty where the row has none."""
    occasion: str = ""
    """Values of all group columns, by slashes; empty where the row lacks one."""


def match(
    rows: Iterable[Mapping[str, Any]], sizes: Mapping[str, int], spec: LabelledImages
) -> tuple[list[Candidate], list[Rejection]]:
    """Rows of the label table against the listing (path below the prefix -> bytes)."""
    candidates: list[Candidate] = []
    rejections: list[Rejection] = []
    named: set[str] = set()
    for row in rows:
        name = row.get(spec.name_column)
        if not isinstance(name, str) or not name:
            rejections.append(Rejection(f"{row!r:.80}", Reason.INVALID_LABEL, f"the row has no {spec.name_column}"))
            continue
        path = name.removeprefix(spec.prefix)
        named.add(path)
        verdict = _verdict(path, row, sizes, spec)
        if isinstance(verdict, Candidate):
            candidates.append(verdict)
        else:
            rejections.append(verdict)
    rejections += [
        Rejection(path, Reason.UNLABELLED, "no row of the label table names it")
        for path in sizes
        if path not in named and path.lower().endswith(PICTURE_SUFFIXES)
    ]
    return candidates, rejections


def _verdict(
    path: str, row: Mapping[str, Any], sizes: Mapping[str, int], spec: LabelledImages
) -> Candidate | Rejection:
    reviewed = row.get(spec.review_column) is not None
    label = row[spec.review_column] if reviewed else row.get(spec.label_column)
    if not isinstance(label, str) or not label:
        return Rejection(path, Reason.INVALID_LABEL, f"its label is {label!r}; write one of {', '.join(spec.classes)}")
    if label not in spec.classes:
        return Rejection(path, Reason.UNKNOWN_CLASS, f"its label is {label!r}; known: {', '.join(spec.classes)}")
    if path not in sizes:
        return Rejection(path, Reason.MISSING, f"labelled {label!r}, but there is no object {spec.prefix}{path}")
    if not path.lower().endswith(PICTURE_SUFFIXES) or ".." in path.split("/"):
        return Rejection(path, Reason.UNSUPPORTED_FILE, f"pictures are named {' or '.join(PICTURE_SUFFIXES)}")
    if sizes[path] == 0:
        return Rejection(path, Reason.EMPTY, "the file has 0 bytes")
    if sizes[path] > spec.max_megabytes * 1_000_000:
        return Rejection(path, Reason.TOO_LARGE, f"{sizes[path]} bytes; at most {spec.max_megabytes:g} MB")
    return Candidate(path, label, reviewed, *_occasion(row, spec))


def _occasion(row: Mapping[str, Any], spec: LabelledImages) -> tuple[str, str]:
    """Recording and occasion. A table may hold numbers, as the scenes of a recording are often counted."""
    values = [str(row[name]) for name in spec.group_columns if row.get(name) not in (None, "")]
    return (values[0], "/".join(values)) if values and len(values) == len(spec.group_columns) else ("", "")
