"""The box of a COCO annotation: its `bbox`, or what its polygons reach to."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from inference.contracts.annotations.base import is_number


class Corner(NamedTuple):
    """Top left corner, width and height, in pixels."""

    x: float
    y: float
    width: float
    height: float


def bbox_fault(annotation: Mapping[str, Any]) -> str | None:
    """What of a `bbox` that is there is in no form at all."""
    box = annotation.get("bbox")
    if box is None or box == []:
        return None
    if not isinstance(box, list) or len(box) != 4 or not all(map(is_number, box)):
        return f"bbox is {box!r:.60}; [x, y, width, height] in pixels is needed"
    return None


def box_of(annotation: Mapping[str, Any]) -> Corner | str:
    """The box, or why the annotation's picture cannot be used. Its bbox is without a fault."""
    if annotation.get("iscrowd"):
        return "an annotation is around a crowd (iscrowd 1): draw a box around each"
    if annotation.get("bbox"):
        return Corner(*annotation["bbox"])
    polygons = annotation.get("segmentation")
    if not isinstance(polygons, list) or not polygons or not all(map(_is_polygon, polygons)):
        return "an annotation has neither a bbox nor polygons: what it is of is somewhere in the picture; draw a box"
    across = [value for one in polygons for value in one[::2]]
    down = [value for one in polygons for value in one[1::2]]
    return Corner(min(across), min(down), max(across) - min(across), max(down) - min(down))


def _is_polygon(points: Any) -> bool:
    """Of [x1, y1, x2, y2, ...]; a mask in run lengths is none."""
    return isinstance(points, list) and len(points) >= 4 and len(points) % 2 == 0 and all(map(is_number, points))
