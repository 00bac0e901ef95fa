"""What is left out of a dataset version, and why. Never fatal: a broken item costs that item only."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

EXAMPLES = 50
"""Names listed for each reason in `dataset.json`; the records in the quarantine name all."""


class Rejection(NamedTuple):
    """One item left out; the original stays where it is."""

    item: str
    reason: str
    """One of the kind's own, counted in `dataset.json`: a stable word."""
    detail: str
    """For people."""


def counts(rejections: Iterable[Rejection]) -> dict[str, int]:
    return dict(sorted(Counter(str(rejection.reason) for rejection in rejections).items()))


def examples(rejections: Iterable[Rejection]) -> dict[str, tuple[str, ...]]:
    """The first names of each reason, in order of name."""
    names: dict[str, list[str]] = defaultdict(list)
    for rejection in sorted(rejections):
        if len(names[rejection.reason]) < EXAMPLES:
            names[rejection.reason].append(rejection.item)
    return {reason: tuple(names[reason]) for reason in sorted(names)}
