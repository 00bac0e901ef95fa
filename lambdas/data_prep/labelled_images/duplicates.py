"""Exact copies of one picture: one is kept, and they must agree about what it shows."""

from collections import defaultdict
from collections.abc import Iterable

from lambdas.data_prep.labelled_images.pictures import Picture
from lambdas.data_prep.pictures.reasons import Reason
from lambdas.data_prep.quarantine import Rejection


def deduplicate(pictures: Iterable[Picture]) -> tuple[list[Picture], list[str], list[Rejection]]:
    """Kept pictures, the paths of surplus copies, and copies whose labels contradict each other.

    A reviewed label settles a contradiction; without one (or with two that differ) every copy is quarantined. The copy
    with the first path is kept, so that the choice never depends on the order of reading.
    """
    groups: dict[str, list[Picture]] = defaultdict(list)
    for picture in pictures:
        groups[picture.digest].append(picture)
    kept: list[Picture] = []
    surplus: list[str] = []
    rejections: list[Rejection] = []
    for copies in groups.values():
        copies.sort()
        labels = {copy.label for copy in copies if copy.reviewed} or {copy.label for copy in copies}
        if len(labels) > 1:
            listed = ", ".join(f"{copy.path}: {copy.label}" for copy in copies[:10])
            detail = f"exact copies with different labels ({listed}); review one of them"
            rejections += [Rejection(copy.path, Reason.CONFLICTING_LABELS, detail) for copy in copies]
            continue
        kept.append(copies[0]._replace(label=labels.pop()))
        surplus += [copy.path for copy in copies[1:]]
    return sorted(kept), sorted(surplus), rejections
