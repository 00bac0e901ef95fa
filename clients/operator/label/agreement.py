"""What several labellers say of the same frames."""

from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from typing import NamedTuple

Labels = Mapping[str, Mapping[str, str]]
"""Labeller -> frame -> label."""


class Agreement(NamedTuple):
    """Two labellers on the frames that both labelled."""

    one: str
    other: str
    frames: int
    alike: int
    kappa: float | None
    """Cohen's, 1 at full agreement, 0 at chance; None where both always said the same one label."""


def agreements(labels: Labels) -> list[Agreement]:
    """Of every pair that shares frames."""
    found = []
    for one, other in combinations(sorted(labels), 2):
        shared = sorted(labels[one].keys() & labels[other].keys())
        if shared:
            pairs = [(labels[one][frame], labels[other][frame]) for frame in shared]
            alike = sum(left == right for left, right in pairs)
            found.append(Agreement(one, other, len(shared), alike, _kappa(pairs)))
    return found


def consensus(labels: Labels) -> tuple[dict[str, str], list[str]]:
    """Frame -> what most said of it; and the frames on which as many say one thing as another."""
    by_frame: dict[str, list[str]] = {}
    for said in labels.values():
        for frame, label in said.items():
            by_frame.setdefault(frame, []).append(label)
    agreed, disputed = {}, []
    for frame, given in sorted(by_frame.items()):
        (label, most), *others = Counter(given).most_common()
        if others and others[0][1] == most:
            disputed.append(frame)
        else:
            agreed[frame] = label
    return agreed, disputed


def _kappa(pairs: list[tuple[str, str]]) -> float | None:
    if len({label for pair in pairs for label in pair}) == 1:
        return None
    from sklearn.metrics import cohen_kappa_score  # takes a second to import

    return float(cohen_kappa_score(*zip(*pairs, strict=True)))
