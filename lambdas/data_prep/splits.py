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


def spread(items: Mapping[str, str], limit: int | None) -> set[str]:
    """The items (item -> group) that stay: one of each group, then a second of each, until there are `limit`."""
    if limit is None or len(items) <= limit:
        return set(items)
    turns: Counter[str] = Counter()
    turn: dict[str, int] = {}
    for item in sorted(items, key=lambda item: (position("keep", item), item)):
        turn[item] = turns[items[item]]
        turns[items[item]] += 1
    ordered = sorted(items, key=lambda item: (turn[item], position("keep", items[item]), position("keep", item), item))
    return set(ordered[:limit])


def set_aside(splits: Mapping[str, Split], labels: Mapping[str, Iterable[str]], share: float) -> dict[str, Split]:
    """The same splits, where about `share` of the groups that would be trained on are for calibration.

    At least one, and never a class's last: where no group can be spared, there is no calibration split.
    """
    result = dict(splits)
    if not share:
        return result
    train = [group for group in sorted(splits) if splits[group] is Split.TRAIN]
    left = Counter(name for group in train for name in set(labels[group]))
    aside = 0
    for group in sorted(train, key=lambda group: (position("calibration", group), group)):
        if aside and position("calibration", group) >= share:
            break
        if all(left[name] > 1 for name in set(labels[group])):
            left.subtract(set(labels[group]))
            result[group] = Split.CALIBRATION
            aside += 1
    return result
