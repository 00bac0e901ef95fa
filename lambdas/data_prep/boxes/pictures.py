"""A row of the label table with boxes, and the picture that it became."""

from pathlib import PurePosixPath
from typing import NamedTuple

from inference.contracts import Split
from inference.contracts.boxes import Box, LabelledBox, iou
from inference.contracts.boxes_item import EMPTY, BoxedItem

SAME_PLACE = 0.5
"""Intersection over union of boxes around one thing."""


class Candidate(NamedTuple):
    """Not opened yet."""

    path: str
    boxes: tuple[LabelledBox, ...]
    camera: str
    event: str
    reviewed: bool


class BoxedPicture(NamedTuple):
    path: str
    boxes: tuple[LabelledBox, ...]
    """Within the picture."""
    camera: str
    event: str
    reviewed: bool
    digest: str
    perceptual_hash: str
    width: int
    height: int

    @property
    def label(self) -> str:
        """The class of its largest box; of two as large, the first by name."""
        return min(((-box.area, box.label) for box in self.boxes), default=(0, EMPTY))[1]

    @property
    def occasion(self) -> str:
        return f"{self.camera}/{self.event}" if self.event else ""

    @property
    def place(self) -> str:
        return self.camera or PurePosixPath(self.path).parent.as_posix()

    def item(self, split: Split, group: str) -> BoxedItem:
        return BoxedItem(
            path=self.path,
            label=self.label,
            split=split,
            group=group,
            width=self.width,
            height=self.height,
            boxes=self.boxes,
            camera=self.camera,
            reviewed=self.reviewed,
        )


def same(one: BoxedPicture, other: BoxedPicture) -> bool:
    """Whether pictures that look alike show the same thing at the same place.

    All pictures of a fixed camera look alike, and those of nothing most of all: these are no copies of each other.
    """
    if not one.boxes or len(one.boxes) != len(other.boxes):
        return False
    left = [_relative(box, other) for box in other.boxes]
    for box in (_relative(box, one) for box in one.boxes):
        best = max(left, key=lambda candidate: iou(box, candidate))
        if iou(box, best) < SAME_PLACE:
            return False
        left.remove(best)
    return True


def _relative(box: Box, picture: BoxedPicture) -> Box:
    """In parts of the picture: a copy may be scaled."""
    wide, high = picture.width, picture.height
    return Box(x=box.x / wide, y=box.y / high, width=box.width / wide, height=box.height / high)
