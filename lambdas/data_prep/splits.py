"""Which split a group belongs to, and which items stay when a class has too many. Decided by hashes alone.

A hash does not move when data is added: a test item stays a test item for ever.
"""

from collections.abc import Iterable
from hashlib import sha256

from inference.contracts import Split

HASH_DIGITS = 13
"""Hexadecimal digits (52 bits): as many as a float holds exactly."""


def position(purpose: str, group: str) -> float:
    """A group's place in [0, 1): uniform, and independent between purposes."""
    return int(sha256(f"{purpose}:{group}".encode()).hexdigest()[:HASH_DIGITS], 16) / 16**HASH_DIGITS


def split_class(groups: Iterable[str], validation: float, test: float) -> dict[str, Split]:
    """Splits for one class's groups (at least three), by position: test first, then validation, then training.

    The one exception to "for ever": a split that would be empty takes the group that lies nearest to it, until the
    class has groups of its own there.
    """
    ranges = {
        Split.TEST: (0.0, test),
        Split.VALIDATION: (test, test + validation),
        Split.TRAIN: (test + validation, 1.0),
    }
    positions = {group: position("split", group) for group in sorted(groups)}
    splits = {
        group: next(split for split, (low, high) in ranges.items() if low <= place < high)
        for group, place in positions.items()
    }
    for split, (low, high) in ranges.items():
        members = list(splits.values())
        if split not in members:
            donors = [group for group, its in splits.items() if members.count(its) > 1]
            nearest = min(donors, key=lambda group: (max(low - positions[group], positions[group] - high), group))
            splits[nearest] = split
    return splits


def undersample(groups: Iterable[str], limit: int | None) -> set[str]:
    """The groups that stay; the order of a hash of its own, so that every split shrinks alike."""
    ordered = sorted(groups, key=lambda group: position("keep", group))
    return set(ordered if limit is None else ordered[:limit])
