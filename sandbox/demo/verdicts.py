"""Boxes that a model told of, held against those that there are; and what a reviewer who knows them says of it."""

from collections.abc import Sequence
from typing import NamedTuple

from inference.contracts.boxes import LabelledBox, iou
from inference.contracts.reviews import Verdict

SAME = 0.5
"""Intersection over union from which two boxes are of the same thing."""


class Match(NamedTuple):
    found: tuple[LabelledBox, ...]
    """Boxes that are there, of those that were told of."""
    false: tuple[LabelledBox, ...]
    """Boxes that were told of where nothing is."""
    missed: tuple[LabelledBox, ...]
    """Boxes that are there and were not told of."""


def match(told: Sequence[LabelledBox], truth: Sequence[LabelledBox]) -> Match:
    """Each box that was told of takes the one of its class that it overlaps most; `told`: best first."""
    free, found, false = list(truth), [], []
    for box in told:
        same = [other for other in free if other.label == box.label and iou(box, other) >= SAME]
        if same:
            free.remove(max(same, key=lambda other: iou(box, other)))
            found.append(box)
        else:
            false.append(box)
    return Match(tuple(found), tuple(false), tuple(free))


def verdict(
    told: Sequence[LabelledBox], truth: Sequence[LabelledBox]
) -> tuple[Verdict, tuple[LabelledBox, ...] | None]:
    """The verdict, and all boxes there are where it carries them."""
    held = match(told, truth)
    if not held.false and not held.missed:
        return "correct", None
    if not truth:
        return "false_positive", None
    return "corrected" if held.false else "missed", tuple(truth)
