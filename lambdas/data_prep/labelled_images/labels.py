"""Matches rows of the label table with pictures: which pictures have a usable label, and what is left over."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from lambdas.data_prep.labelled_images.pictures import Picture
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.data_prep.pictures.listing import file_fault, match_rows
from lambdas.data_prep.pictures.look import Look
from lambdas.data_prep.pictures.reasons import Reason
from lambdas.data_prep.quarantine import Rejection


class Candidate(NamedTuple):
    """A labelled picture that has not been opened yet."""

    path: str
    label: str
    reviewed: bool
    recording: str = ""
    """Value of the first group column; empty where the row has none."""
    occasion: str = ""
    """Values of all group columns, by slashes; empty where the row lacks one."""


def seen(candidate: Candidate, look: Look) -> Picture:
    path, label, reviewed, recording, occasion = candidate
    return Picture(path, label, reviewed, look.digest, look.perceptual_hash, recording, occasion)


def match(
    rows: Iterable[Mapping[str, Any]], sizes: Mapping[str, int], spec: LabelledImages
) -> tuple[list[Candidate], list[Rejection]]:
    """Rows of the label table against the listing (path below the prefix -> bytes)."""
    return match_rows(rows, sizes, spec, lambda path, row: _read(path, row, sizes, spec))


def _read(path: str, row: Mapping[str, Any], sizes: Mapping[str, int], spec: LabelledImages) -> Candidate | Rejection:
    reviewed = row.get(spec.review_column) not in (None, "")
    label = row[spec.review_column] if reviewed else row.get(spec.label_column)
    if not isinstance(label, str) or not label:
        return Rejection(path, Reason.INVALID_LABEL, f"its label is {label!r}; write one of {', '.join(spec.classes)}")
    if label not in spec.classes:
        return Rejection(path, Reason.UNKNOWN_CLASS, f"its label is {label!r}; known: {', '.join(spec.classes)}")
    fault = file_fault(path, repr(label), sizes, spec)
    return fault if fault is not None else Candidate(path, label, reviewed, *_occasion(row, spec))


def _occasion(row: Mapping[str, Any], spec: LabelledImages) -> tuple[str, str]:
    """Recording and occasion. A table may hold numbers, as the scenes of a recording are often counted."""
    values = [str(row[name]) for name in spec.group_columns if row.get(name) not in (None, "")]
    return (values[0], "/".join(values)) if values and len(values) == len(spec.group_columns) else ("", "")
