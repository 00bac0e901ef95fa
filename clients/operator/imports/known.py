"""Classes that a domain does not know are told before anything is sent: data prep would leave their pictures out."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from clients.operator.errors import OperatorError
from inference.contracts.annotations import BoxRow
from inference.contracts.labels import LabelRow

R = TypeVar("R", bound=LabelRow | BoxRow)
SHOWN = 10
"""Unknown classes that an error names."""


def known_rows(rows: Sequence[R], domain: str, classes: Sequence[str]) -> tuple[list[R], list[tuple[str, str]]]:
    """Rows of the domain's classes, and pictures of the other rows with why they are left out; all, without `classes`.

    Raises OperatorError where boxes are of an unknown class, or all labels are. Of pictures with boxes no half is
    sent: without the animals, what is left would be the empty ones.
    """
    strange = [(row, _labels(row) - set(classes)) for row in rows] if classes else []
    found = Counter(label for _, labels in strange for label in labels)
    if not found:
        return list(rows), []
    boxed = any(isinstance(row, BoxRow) for row in rows)
    if boxed or all(labels for _, labels in strange):
        raise OperatorError(_advice(found, domain, classes, boxed))
    knows = f"which {domain} does not know: {', '.join(classes)}"
    left_out = [(row.imageName, f"of {min(labels)!r}, {knows}") for row, labels in strange if labels]
    return [row for row, labels in strange if not labels], left_out


def _labels(row: LabelRow | BoxRow) -> set[str]:
    if isinstance(row, BoxRow):
        return {box["label"] for box in json.loads(row.boxes)}
    return {row.reviewedLabel or row.label}


def _advice(found: Counter[str], domain: str, classes: Sequence[str], boxed: bool) -> str:
    told = ", ".join(f"{label!r} in {count} pictures" for label, count in found.most_common(SHOWN))
    (first, _), *_ = found.most_common(1)
    like = next((name for name in classes if name.casefold() == first.casefold()), classes[0])
    rename = f'pass --category "{first}={like}", which leaves out those of no --category' if boxed else "rename it"
    return (
        f"{told}: no class of {domain}, which knows {', '.join(classes)}; {rename}, or deploy with other classes "
        f'(-c "{domain}:classes={",".join([*classes, first])}") where the domain takes them. Nothing was sent'
    )
