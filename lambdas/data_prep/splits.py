"""Which split a group belongs to, and which items stay when a class has too many. Decided by hashes alone.

A hash does not move when data is added: a test item stays a test item for ever.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256

from inference.contracts import Split

HASH_DIGITS = 13
"""Hexadecimal digits (52 bits): as many as a float holds exactly."""


def position(purpose: str, group: str) -> float:
    """A group's place in [0, 1): uniform, and independent between purposes."""
    return int(sha256(f"{purpose}:{group}".encode()).hexdigest()[:HASH_DIGITS], 16) / 16**HASH_DIGITS


def split_groups(labels: Mapping[str, Iterable[str]], validation: float, test: float) -> dict[str, Split]:
    """The split of each group (group -> labels of its items), by position: test first, then validation, then training.

    The one exception to "for ever": a class without a group in some split takes the one that lies nearest to it, until
    the class has groups of its own there. Where no class can spare one, the split stays without that class.
    """
    ranges = {
        Split.TEST: (0.0, test),
        Split.VALIDATION: (test, test + validation),
        Split.TRAIN: (test + validation, 1.0),
    }
    classes = {group: set(labels[group]) for group in sorted(labels)}
    positions = {group: position("split", group) for group in classes}
    splits = {
        group: next(split for split, (low, high) in ranges.items() if low <= place < high)
        for group, place in positions.items()
    }
    groups_in = Counter((name, splits[group]) for group, names in classes.items() for name in names)
    for name in sorted({name for names in classes.values() for name in names}):
        for split, (low, high) in ranges.items():
            if groups_in[name, split]:
                continue
            donors = [
                group
                for group, names in classes.items()
                if name in names and all(groups_in[one, splits[group]] > 1 for one in names)
            ]
            if not donors:
                continue
            nearest = min(donors, key=lambda group: (max(low - positions[group], positions[group] - high), group))
            groups_in.subtract((one, splits[nearest]) for one in classes[nearest])
            groups_in.update((one, split) for one in classes[nearest])
            splits[nearest] = split
    return splits


def undersample(items: Mapping[str, str], limit: int | None) -> set[str]:
    """The items (item -> group) that stay; by the order of a hash of their own, so that every split shrinks alike."""
    ordered = sorted(items, key=lambda item: (position("keep", items[item]), item))
    return set(ordered if limit is None else ordered[:limit])
