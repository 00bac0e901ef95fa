"""Reads rows of the label table: which pictures have boxes that can be used, and what is left over. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from inference.contracts.boxes import MOST_BOXES, LabelledBox, faults_of
from inference.contracts.strict_json import NotJson, strict_loads
from lambdas.common.reviewed_rows import REVIEW
from lambdas.data_prep.boxes.pictures import BoxedPicture, Candidate
from lambdas.data_prep.boxes.spec import Boxes
from lambdas.data_prep.pictures.listing import file_fault, match_rows
from lambdas.data_prep.pictures.look import Look
from lambdas.data_prep.pictures.reasons import Reason
from lambdas.data_prep.quarantine import Rejection

_BOXES = TypeAdapter(tuple[LabelledBox, ...])
EXAMPLE = '[{"label": "deer", "x": 12, "y": 30, "width": 80, "height": 60}]'


def match(
    rows: Iterable[Mapping[str, Any]], sizes: Mapping[str, int], spec: Boxes
) -> tuple[list[Candidate], list[Rejection]]:
    """Rows of the label table against the listing (path below the prefix -> bytes)."""

    def read(path: str, row: Mapping[str, Any]) -> Candidate | Rejection:
        boxes = _boxes(path, row.get(spec.boxes_column), spec)
        if isinstance(boxes, Rejection):
            return boxes
        if fault := file_fault(path, f"with {len(boxes)} boxes", sizes, spec):
            return fault
        camera, event = (_text(row.get(column)) for column in (spec.camera_column, spec.event_column))
        return Candidate(path, boxes, camera, event, row.get(spec.source_column) == REVIEW)

    return match_rows(rows, sizes, spec, read, one_row_each=True)


def _text(value: Any) -> str:
    """A table may hold numbers, as cameras and events are often counted."""
    return "" if value is None else str(value).strip()


def _boxes(path: str, value: Any, spec: Boxes) -> tuple[LabelledBox, ...] | Rejection:
    if not isinstance(value, str) or not value:
        return Rejection(path, Reason.INVALID_LABEL, f"its {spec.boxes_column} is {value!r:.60}; write {EXAMPLE} or []")
    try:
        boxes = _BOXES.validate_python(strict_loads(value.encode()))
    except NotJson as error:
        return Rejection(path, Reason.INVALID_LABEL, f"its {spec.boxes_column} is no JSON: {error}; write {EXAMPLE}")
    except ValidationError as error:
        first = error.errors()[0]
        where = " ".join(f"{part + 1 if isinstance(part, int) else part}" for part in first["loc"])
        return Rejection(path, Reason.INVALID_BOX, f"box {where}: {first['msg'].lower()}; write {EXAMPLE}".strip())
    if len(boxes) > MOST_BOXES:
        return Rejection(path, Reason.INVALID_BOX, f"{len(boxes)} boxes; at most {MOST_BOXES} of one picture")
    unknown = sorted({box.label for box in boxes} - set(spec.classes))
    if unknown:
        return Rejection(
            path, Reason.UNKNOWN_CLASS, f"it has boxes of {unknown!r:.80}; known: {', '.join(spec.classes)}"
        )
    return boxes


def seen(candidate: Candidate, look: Look, spec: Boxes) -> BoxedPicture | Rejection:
    """Boxes within the opened picture; what a rounding let stand out is cut off."""
    path, boxes, camera, event, reviewed = candidate
    faults = faults_of(boxes, look.width, look.height, spec.classes)
    if faults:
        return Rejection(path, Reason.BOX_OUTSIDE, "; ".join(faults))
    try:
        within = tuple(_cut(box, look) for box in boxes)
    except ValidationError:
        detail = f"a box is all outside the picture of {look.width} x {look.height} pixels"
        return Rejection(path, Reason.BOX_OUTSIDE, detail)
    return BoxedPicture(
        path, within, camera, event, reviewed, look.digest, look.perceptual_hash, look.width, look.height
    )


def _cut(box: LabelledBox, look: Look) -> LabelledBox:
    """Raises ValidationError where nothing is left."""
    x, y = max(0.0, box.x), max(0.0, box.y)
    right, bottom = min(box.x + box.width, look.width), min(box.y + box.height, look.height)
    return LabelledBox(label=box.label, x=x, y=y, width=right - x, height=bottom - y)
