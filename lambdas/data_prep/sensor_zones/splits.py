"""Splits by time and site: the test split is the latest time of all sites, the others are told apart by site. Pure.

Where there are few sites, their time blocks are told apart instead. A block that was tested on once stays a test block.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from inference.contracts import Split
from lambdas.data_prep.sensor_zones.spec import SensorZones
from lambdas.data_prep.splits import position

SITES_TO_GROUP_BY = 4
"""With fewer sites, a site's time blocks are assigned one by one."""
MOST_TESTED = 0.5
"""Share of the rows to which the test split may grow for want of hazards."""
_WEAKEST_FIRST = (Split.TRAIN, Split.VALIDATION, Split.TEST)

Key = tuple[str, int]
"""A site and a time block."""


class Amount(NamedTuple):
    rows: int
    hazards: int


class Margins(NamedTuple):
    """Whether the table's start or end lies beside another split that is worth more: it is cut back there."""

    start: bool
    end: bool


def test_blocks(amounts: Mapping[Key, Amount], spec: SensorZones, tested: Collection[int]) -> set[int]:
    """Those of `tested` that there are, and the latest others until their share is as wanted."""
    blocks = sorted({block for _, block in amounts}, reverse=True)
    rows = {block: sum(one.rows for (_, at), one in amounts.items() if at == block) for block in blocks}
    burning = {block: sum(one.hazards > 0 for (_, at), one in amounts.items() if at == block) for block in blocks}
    total = sum(rows.values())
    chosen = set(tested) & set(blocks)
    for block in blocks[:-1]:  # the earliest is never the last to test on: something must be left to train on
        share = sum(rows[one] for one in chosen) / total
        wants_rows = share + rows[block] / total / 2 <= spec.test
        wants_hazards = sum(burning[one] for one in chosen) < spec.least_blocks and share < MOST_TESTED
        if block not in chosen and (not chosen or wants_rows or wants_hazards):
            chosen.add(block)
    return chosen


def assign(amounts: Mapping[Key, Amount], spec: SensorZones, tested: Collection[int] = ()) -> dict[Key, Split]:
    latest = test_blocks(amounts, spec, tested)
    before = {key: one for key, one in amounts.items() if key[1] not in latest}
    by_site = len({site for site, _ in before}) >= SITES_TO_GROUP_BY
    groups: dict[str, list[Key]] = {}
    for site, block in before:
        groups.setdefault(site if by_site else f"{site} {block}", []).append((site, block))
    splits = {key: Split.TEST if key[1] in latest else Split.TRAIN for key in amounts}
    burning = {name for name, keys in groups.items() if any(amounts[key].hazards for key in keys)}
    for kind in (burning, set(groups) - burning):  # stratified: both kinds reach validation
        ordered = sorted(kind, key=lambda name: position("split", name))
        wanted = round(len(ordered) * spec.validation)
        if kind is burning and len(ordered) > 1:
            wanted = max(wanted, 1)
        for name in ordered[:wanted]:
            splits |= dict.fromkeys(groups[name], Split.VALIDATION)
    return splits


def margins(splits: Mapping[Key, Split]) -> dict[Key, Margins]:
    """Where one table follows another of the same site in another split, the less valued of the two is cut back."""

    def yields(key: Key, other: Key) -> bool:
        beside = splits.get(other, splits[key])
        return _WEAKEST_FIRST.index(splits[key]) < _WEAKEST_FIRST.index(beside)

    return {
        (site, block): Margins(yields((site, block), (site, block - 1)), yields((site, block), (site, block + 1)))
        for site, block in splits
    }
