"""Near-duplicates that groups could not take in: what is learned from must not show what is tested. Pure.

A spot is aired in many recordings, and recordings that share spots cannot all be one group. So a picture that looks
like one of a split that judges it is left out of the split that learns.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from inference.contracts import Split
from lambdas.data_prep.pictures.groups import ALIKE_BITS, MOST_ALIKE, S, anything, as_words

_JUDGED_BY = {
    Split.VALIDATION: (Split.TEST, Split.REVIEWED),
    Split.CALIBRATION: (Split.TEST, Split.VALIDATION),
    Split.TRAIN: (Split.TEST, Split.VALIDATION, Split.REVIEWED),
}


def originals_like(pictures: Sequence[S], originals: Sequence[S]) -> dict[str, list[str]]:
    """Path -> paths of the originals that the picture looks like; none of a standing view."""
    hashes = as_words([one.perceptual_hash for one in originals])
    found: dict[str, list[str]] = {}
    for one, own in zip(pictures, as_words([one.perceptual_hash for one in pictures]), strict=True):
        near = np.flatnonzero(np.bitwise_count(hashes ^ own).sum(axis=1) <= ALIKE_BITS).tolist()
        found[one.path] = [originals[number].path for number in near] if len(near) <= MOST_ALIKE else []
    return found


def look_alikes(
    pictures: Sequence[S], splits: Mapping[str, Split], same: Callable[[S, S], bool] = anything
) -> set[str]:
    """Paths to leave out; `splits`: path -> split; `same`: whether two that look alike also show the same.

    What more than `MOST_ALIKE` pictures look like is a standing view (a studio, a black frame), no copy: it stays.
    """
    hashes = as_words([picture.perceptual_hash for picture in pictures])
    of = np.array([splits[picture.path] for picture in pictures])
    alike: dict[int, list[int]] = defaultdict(list)  # a judging picture -> the pictures that look like it
    for split, judges in _JUDGED_BY.items():
        learning, judging = np.flatnonzero(of == split), np.flatnonzero(np.isin(of, judges))
        for number in judging.tolist():
            differing = np.bitwise_count(hashes[learning] ^ hashes[number]).sum(axis=1)
            near = learning[differing <= ALIKE_BITS].tolist()
            alike[number] += [one for one in near if same(pictures[one], pictures[number])]
    return {pictures[one].path for found in alike.values() if len(found) <= MOST_ALIKE for one in found}
