"""What standing reviews settle. Pure."""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from inference.contracts.boxes import LabelledBox, iou
from inference.contracts.reviews import Answered, Review, Status, Truth

SAME_BOX = 0.5
"""Intersection over union from which two people mean the same thing: COCO's and PASCAL VOC's loosest match."""
DECIDE_BY_NUMBER = 3
"""So many reviews settle a dispute by their majority."""


class Settlement(NamedTuple):
    status: Status
    truth: Truth | None


class Compared(NamedTuple):
    """Pairs of reviewers who looked at the same picture, and how many of them saw the same."""

    pairs: int
    alike: int


def settle(answered: Answered, standing: Sequence[Review], needed: int) -> Settlement:
    """`standing`: one review a reviewer, oldest first; `needed`: how many alike settle."""
    if not standing:
        return Settlement("open", None)
    if deciding := [one for one in standing if one.adjudicates]:
        return Settlement("reviewed", deciding[-1].truth(answered))
    truths = [one.truth(answered) for one in standing]
    followers = [sum(alike(one, other) for other in truths) for one in truths]
    # Of those whom most agree with, the surest tells where boxes are; of equally sure ones the last.
    best = max(range(len(truths)), key=lambda at: (followers[at], standing[at].confidence, at))
    if min(followers) == len(truths):
        return Settlement("reviewed", truths[best]) if len(truths) >= needed else Settlement("open", None)
    if len(truths) >= DECIDE_BY_NUMBER and 2 * followers[best] > len(truths):
        return Settlement("reviewed", truths[best])
    return Settlement("disputed", None)


def compare(answered: Answered, standing: Sequence[Review]) -> Compared:
    truths = [one.truth(answered) for one in standing]
    found = [alike(one, other) for one, other in combinations(truths, 2)]
    return Compared(len(found), sum(found))


def alike(one: Truth, other: Truth) -> bool:
    """The same label, or boxes that match one to one: of the same class, and SAME_BOX at least."""
    if one == other:
        return True
    if one.label != other.label or (one.boxes is None) is not (other.boxes is None):
        return False
    mine, theirs = one.boxes or (), other.boxes or ()
    if len(mine) != len(theirs):
        return False
    near = [[at for at, box in enumerate(theirs) if _same(found, box)] for found in mine]
    return _matches_all(near)


def _same(one: LabelledBox, other: LabelledBox) -> bool:
    return one.label == other.label and iou(one, other) >= SAME_BOX


def _matches_all(near: Sequence[Sequence[int]]) -> bool:
    """Whether each gets a partner of its own among those near it: Kuhn's augmenting paths."""
    partner: dict[int, int] = {}

    def place(one: int, tried: set[int]) -> bool:
        for candidate in near[one]:
            if candidate in tried:
                continue
            tried.add(candidate)
            if candidate not in partner or place(partner[candidate], tried):
                partner[candidate] = one
                return True
        return False

    return all(place(one, set()) for one in range(len(near)))
