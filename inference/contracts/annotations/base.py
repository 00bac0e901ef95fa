"""What annotations of any form are read into, and what goes into a label table."""

import json
from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from typing import Any, NamedTuple, TypeGuard

from pydantic import Field, ValidationError

from inference.contracts.base import Contract
from inference.contracts.boxes import MOST_BOXES, LabelledBox, faults_of
from inference.contracts.strict_json import NotJson, strict_loads

SHOWN = 10
"""Faults that an error names."""


class AnnotationsError(Exception):
    """The annotations are not in their format, or contradict themselves; a sentence that names what is at fault."""


class BoxRow(Contract):
    """One picture's row of a label table with boxes, as data prep's kind `boxes` reads it."""

    imageName: str = Field(min_length=1, description="path below the folder of pictures, with slashes")
    boxes: str = Field(description="JSON: a list of LabelledBox, in pixels")
    camera: str = ""
    event: str = ""


class Drawn(NamedTuple):
    """A box, not checked yet: top left corner, width and height, in pixels or in parts of the picture."""

    label: str
    x: float
    y: float
    width: float
    height: float


class Annotated(NamedTuple):
    """One picture's annotations."""

    path: str
    boxes: tuple[Drawn, ...]
    camera: str
    event: str
    relative: bool
    """Boxes are in parts of the picture, from 0 to 1."""
    size: tuple[int, int] | None = None
    """Width and height that the annotations were made at; None: they do not tell."""
    unusable: tuple[str, ...] = ()
    """Why its boxes do not tell all that is in it; empty: they do."""

    def row(self, width: int, height: int) -> BoxRow:
        """For the upright picture of `width` times `height` pixels. Raises AnnotationsError for boxes outside of it."""
        if self.unusable:
            raise AnnotationsError("; ".join(self.unusable))
        if self.size is not None and self.size != (width, height):
            annotated = " x ".join(map(str, self.size))
            raise AnnotationsError(f"annotated at {annotated} pixels, but the upright picture has {width} x {height}")
        if len(self.boxes) > MOST_BOXES:
            raise AnnotationsError(f"{len(self.boxes)} boxes; at most {MOST_BOXES} of one picture")
        wide, high = (width, height) if self.relative else (1, 1)
        try:
            boxes = [
                LabelledBox(label=label, x=x * wide, y=y * high, width=across * wide, height=down * high)
                for label, x, y, across, down in self.boxes
            ]
        except ValidationError as error:
            first = error.errors()[0]
            where = "".join(f"{part} " for part in first["loc"])
            raise AnnotationsError(f"a box's {where}is {first['input']!r:.20}: {first['msg'].lower()}") from error
        faults = faults_of(boxes, width, height, {one.label for one in boxes})
        if faults:
            raise AnnotationsError("; ".join(faults))
        text = json.dumps([box.model_dump() for box in boxes])
        return BoxRow(imageName=self.path, boxes=text, camera=self.camera, event=self.event)


def loaded(body: bytes, what: str) -> Any:
    """The value of a JSON file; raises AnnotationsError."""
    try:
        return strict_loads(body.removeprefix(b"\xef\xbb\xbf"))
    except NotJson as error:
        raise AnnotationsError(f"the file of {what} is no JSON: {error}") from error


def refuse(faults: Iterable[str], what: str) -> None:
    """Raises AnnotationsError where there are any."""
    found = list(faults)
    if found:
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise AnnotationsError(f"the file of {what} is at fault: {'; '.join(found[:SHOWN])}{more}")


def class_of(name: str, categories: Mapping[str, str]) -> str | None:
    """The class that boxes of a category are of; None: they are left out. Without a mapping, categories are classes."""
    return categories.get(name) if categories else name


def unknown_categories(categories: Mapping[str, str], names: Iterable[Any]) -> Iterator[str]:
    """Of a mapping: a misspelt one would make every picture one of nothing."""
    known = sorted({str(name) for name in names})
    for name in sorted(set(categories) - set(known)):
        yield f"it has no category {name!r:.60}; it has {', '.join(map(repr, known)) or 'none'}"


def slashed(path: Any, below: str = "") -> Any:
    """The path as it would be told anywhere but on Windows, from the folder `below` on where it is told in full."""
    return path.replace("\\", "/").removeprefix(below).removeprefix("./") if isinstance(path, str) else path


def path_fault(path: Any) -> str | None:
    if not isinstance(path, str) or not path:
        return f"{path!r:.60} names no picture"
    if path.startswith("/") or ".." in path.split("/"):
        return f"{path!r:.60} leads out of the folder; name a path below it, with slashes"
    return None


def is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def place_of(path: str, entry: Mapping[str, Any]) -> tuple[str, str]:
    """Camera and event: as the entry tells, or the folders that the picture lies in.

    `location` and `seq_id` are COCO Camera Traps' (https://lila.science/coco-camera-traps). A `group` alone only tells
    that pictures belong together: it counts as both.
    """
    told = [_text(entry, *names) for names in (("camera", "location"), ("event", "seq_id", "group"))]
    folders = [*path.split("/")[:-1], "", ""][:2]
    camera = told[0] or folders[0] or _text(entry, "group")
    return camera, told[1] or (folders[1] if camera == folders[0] else "")


def _text(entry: Mapping[str, Any], *names: str) -> str:
    return next((str(entry[name]) for name in names if entry.get(name) not in (None, "")), "")
