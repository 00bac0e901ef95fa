"""Reviewed pictures beside originals: they correct, teach and are a split of their own, and move no original. Pure."""

from collections.abc import Callable, Iterable, Set
from typing import NamedTuple

from inference.contracts import Split
from lambdas.data_prep.pictures.groups import S
from lambdas.data_prep.splits import position


class Place(NamedTuple):
    split: Split
    group: str


def corrected(
    originals: Iterable[S], reviewed: Iterable[S], correct: Callable[[S, S], S]
) -> tuple[list[S], list[S], list[str]]:
    """Originals as reviews of exact copies correct them; reviewed pictures that are no copy; paths of those that are.

    `correct`: an original and its review -> the original with what the review says.
    """
    reviews = {one.digest: one for one in reviewed}
    found = [correct(one, reviews[one.digest]) if one.digest in reviews else one for one in originals]
    known = {one.digest for one in found}
    new = [one for digest, one in reviews.items() if digest not in known]
    return found, new, sorted(one.path for digest, one in reviews.items() if digest in known)


def way(group: str, met: Set[Split], share: float, validation: float = 0.0) -> Split:
    """Where a group of reviewed pictures goes: by the originals that it belongs to, or else by its hash.

    `met`: splits of these originals: what judges is not trained on, and what was trained on does not judge.
    `share`, `validation`: of the other groups, for the splits `reviewed` and validation.
    """
    if met - {Split.TRAIN}:
        return Split.REVIEWED
    if met:
        return Split.TRAIN
    place = position("reviewed", group)
    if place < share:
        return Split.REVIEWED
    return Split.VALIDATION if place < share + validation else Split.TRAIN
