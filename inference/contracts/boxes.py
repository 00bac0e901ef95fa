"""Boxes around things in a picture, in pixels of the upright picture from its top left corner."""

from collections.abc import Iterable
from math import isfinite

from pydantic import Field, field_validator

from inference.contracts.base import Contract

SLACK = 1.0
"""Pixels that a box may stand out of its picture by: rounding of whoever drew it."""
MOST_BOXES = 100
"""Of one picture."""


class Box(Contract):
    """As COCO's `bbox`: top left corner, width, height."""

    x: float = Field(ge=-SLACK)
    y: float = Field(ge=-SLACK)
    width: float = Field(gt=0)
    height: float = Field(gt=0)

    @field_validator("x", "y", "width", "height")
    @classmethod
    def _finite(cls, value: float) -> float:
        if not isfinite(value):
            raise ValueError("a finite number of pixels is allowed")
        return value

    @property
    def area(self) -> float:
        return self.width * self.height


class LabelledBox(Box):
    label: str = Field(min_length=1, max_length=100, description="class of what is in it")


class FoundBox(LabelledBox):
    """A model's."""

    score: float = Field(ge=0, le=1)


def iou(one: Box, other: Box) -> float:
    """Intersection over union: 0 apart, 1 alike."""
    wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    both = max(0.0, wide) * max(0.0, high)
    return both / (one.area + other.area - both)


def faults_of(boxes: Iterable[LabelledBox], width: float, height: float, classes: Iterable[str]) -> list[str]:
    """What of the boxes cannot be in a picture of `width` times `height` pixels, in sentences."""
    known = tuple(classes)
    found = []
    for number, box in enumerate(boxes, start=1):
        right, bottom = box.x + box.width, box.y + box.height
        if right > width + SLACK or bottom > height + SLACK:
            found.append(
                f"box {number} reaches to ({right:g}, {bottom:g}), outside the picture of {width:g} x {height:g} pixels"
            )
        if box.label not in known:
            found.append(f"box {number} is labelled {box.label!r:.60}; {', '.join(known)} are known")
    return found
