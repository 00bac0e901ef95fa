"""Exact copies of one picture: one is kept, and they must agree about what is in it. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from lambdas.data_prep.boxes.pictures import BoxedPicture
from lambdas.data_prep.pictures.reasons import Reason
from lambdas.data_prep.quarantine import Rejection


class Kept(NamedTuple):
    pictures: list[BoxedPicture]
    surplus: list[str]
    """Paths of surplus copies."""
    rejections: list[Rejection]
    """Copies whose boxes contradict each other."""


def deduplicate(pictures: Iterable[BoxedPicture]) -> Kept:
    """The copy with the first path is kept, so that the choice never depends on the order of reading."""
    copies: dict[str, list[BoxedPicture]] = defaultdict(list)
    for picture in sorted(pictures, key=lambda one: one.path):
        copies[picture.digest].append(picture)
    kept = Kept([], [], [])
    for alike in copies.values():
        if len({frozenset(one.boxes) for one in alike}) > 1:
            listed = ", ".join(f"{one.path}: {len(one.boxes)} boxes" for one in alike[:10])
            detail = f"exact copies with different boxes ({listed}); correct or delete all but one row"
            kept.rejections.extend(Rejection(one.path, Reason.CONFLICTING_LABELS, detail) for one in alike)
            continue
        kept.pictures.append(alike[0])
        kept.surplus.extend(one.path for one in alike[1:])
    return kept


def with_boxes_of(original: BoxedPicture, review: BoxedPicture) -> BoxedPicture:
    return original._replace(boxes=review.boxes, reviewed=True)
