"""Folds of the training split: sites stay whole, and where there are too few of them, a site's time blocks do."""

from collections.abc import Iterator
from dataclasses import dataclass

from training_containers.contract import DataFault
from training_containers.ensemble.source import ShardSource
from training_containers.ensemble.store import Shard


@dataclass(frozen=True)
class Fold:
    number: int
    rest: ShardSource
    held: ShardSource


def folds_of(train: ShardSource, count: int) -> Iterator[Fold]:
    """`count` folds with about as many hazardous decisions each, and every shard held out once.

    Raises:
        DataFault: fewer than `count` groups have a hazardous decision, so some fold would have none.
    """
    by_site = len({shard.group for shard in train.shards if shard.hazards}) >= count
    groups: dict[str, list[Shard]] = {}
    for shard in train.shards:
        groups.setdefault(shard.group if by_site else f"{shard.group} {shard.block}", []).append(shard)
    hazards = {name: sum(shard.hazards for shard in shards) for name, shards in groups.items()}
    if sum(burning > 0 for burning in hazards.values()) < count:
        burning = sorted(name for name, found in hazards.items() if found)
        raise DataFault(
            f"{len(burning)} of the {len(groups)} sites and time blocks to train on have a hazard "
            f"({', '.join(burning) if burning else 'none'}); {count} folds need one each. Give more recordings, or set "
            f"folds to {max(len(burning), 2)}."
        )
    held: list[list[Shard]] = [[] for _ in range(count)]
    filled = [0] * count
    for name in sorted(groups, key=lambda one: (-hazards[one], one)):  # the largest first, each to the emptiest fold
        fold = min(range(count), key=lambda one: (filled[one], len(held[one])))
        held[fold] += groups[name]
        filled[fold] += hazards[name]
    for number, ours in enumerate(held):
        theirs = tuple(shard for other, shards in enumerate(held) if other != number for shard in shards)
        rest, own = (ShardSource(shards, train.signals, train.shared) for shards in (theirs, tuple(ours)))
        yield Fold(number, rest, own)
