"""Decisions of some shards, in batches or as a sample, in memory that does not grow with their number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inference.contracts.zones import ZoneSignals
from inference.sensor_zones.features import feature_names
from training_containers.ensemble.models.member import Batch, Reads, Share
from training_containers.ensemble.store import Shard


class _Drawn(NamedTuple):
    """A sample, before anything of it is read."""

    where: NDArray[np.int64]
    """Its decisions' shards."""
    row: NDArray[np.int64]
    """Their places in those; -1: on another host."""
    hazard: NDArray[np.bool_]
    weights: tuple[float, float]
    """Of hazardous and of calm ones."""


SHUFFLED_TOGETHER = 4
"""Shards among which decisions are shuffled: each is about a hundred thousand decisions of one site."""


@dataclass(frozen=True)
class ShardSource:
    """Implements `Source`."""

    shards: Sequence[Shard]
    signals: ZoneSignals
    decisions: int = field(init=False)
    hazards: int = field(init=False)
    shared: bool = False
    """Other hosts have some of the shards, or of those that these were chosen from."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "shared", self.shared or any(shard.elsewhere is not None for shard in self.shards))
        object.__setattr__(self, "decisions", sum(len(shard) for shard in self.shards))
        object.__setattr__(self, "hazards", sum(shard.hazards for shard in self.shards))

    def batches(self, reads: Reads, rows: int, seed: int) -> Iterator[Batch]:
        rng = np.random.default_rng(seed)
        here = np.array([number for number, shard in enumerate(self.shards) if shard.elsewhere is None], np.int64)
        order = here[rng.permutation(len(here))]
        for first in range(0, len(order), SHUFFLED_TOGETHER):
            together = order[first : first + SHUFFLED_TOGETHER]
            where = np.concatenate([np.full(len(self.shards[number]), number, np.int32) for number in together])
            row = np.concatenate([np.arange(len(self.shards[number])) for number in together])
            mixed = rng.permutation(len(row))
            for start in range(0, len(mixed), rows):
                taken = mixed[start : start + rows]
                yield self._batch(where[taken], row[taken], reads, 1.0, 1.0)

    def in_order(self, reads: Reads, rows: int) -> Iterator[NDArray[np.float32]]:
        """Inputs of every decision, shard by shard: to score them all."""
        for shard in self.shards:
            for start in range(0, len(shard), rows):
                yield shard.inputs(reads, np.arange(start, min(start + rows, len(shard))), self.signals)

    def at(self, reads: Reads, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Inputs of these decisions, rising numbers in the order of `in_order`."""
        ends = np.cumsum([0, *(len(shard) for shard in self.shards)])
        cuts = np.searchsorted(numbers, ends)
        parts = [
            self.shards[number].inputs(reads, numbers[first:last] - ends[number], self.signals)
            for number, (first, last) in enumerate(zip(cuts[:-1], cuts[1:], strict=True))
            if first < last
        ]
        return np.concatenate(parts)

    def located(self, numbers: NDArray[np.int64]) -> list[tuple[int, int]]:
        """The shard, and the row in it, of these decisions."""
        ends = np.cumsum([len(shard) for shard in self.shards])
        where = np.searchsorted(ends, numbers, side="right")
        first = np.r_[0, ends[:-1]]
        return [(int(shard), int(number - first[shard])) for shard, number in zip(where, numbers, strict=True)]

    def hazard(self) -> NDArray[np.bool_]:
        """Of every decision, in the order of `in_order`."""
        return np.concatenate([shard.hazard for shard in self.shards])

    def sample(self, reads: Reads, most: int, seed: int) -> Batch:
        drawn = self._drawn(most, seed)
        here = np.flatnonzero(drawn.row >= 0)
        batch = self._batch(drawn.where[here], drawn.row[here], reads, *drawn.weights)
        if not self.shared:
            return batch
        return replace(batch, share=Share(here, drawn.hazard))

    def in_sample(self, reads: Reads, most: int, seed: int, rows: int) -> Iterator[NDArray[np.float32]]:
        """Inputs of `sample`, a part of it at a time: windows of all of it would be most of a process's memory."""
        drawn = self._drawn(most, seed)
        here = np.flatnonzero(drawn.row >= 0)
        for start in range(0, len(here), rows):
            part = here[start : start + rows]
            yield self._batch(drawn.where[part], drawn.row[part], reads, 1.0, 1.0).inputs

    def _drawn(self, most: int, seed: int) -> "_Drawn":
        rng = np.random.default_rng(seed)
        calms = self.decisions - self.hazards
        burning = rng.choice(self.hazards, min(self.hazards, most // 2), replace=False)
        calm = rng.choice(calms, min(calms, most - len(burning)), replace=False)
        where, row = zip(self._located(burning, True), self._located(calm, False), strict=True)
        mixed = rng.permutation(len(burning) + len(calm))
        weights = self.hazards / max(len(burning), 1), calms / max(len(calm), 1)
        return _Drawn(np.concatenate(where)[mixed], np.concatenate(row)[mixed], mixed < len(burning), weights)

    def _located(self, numbers: NDArray[np.int64], hazard: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The shards and rows of the n-th hazardous (or calm) decisions of all; of shards elsewhere the row is -1."""
        counts = [shard.hazards if hazard else len(shard) - shard.hazards for shard in self.shards]
        ends = np.cumsum(counts)
        numbers = np.sort(numbers)
        where = np.searchsorted(ends, numbers, side="right")
        row = np.empty_like(numbers)
        for number in np.unique(where):
            of_shard = where == number
            if self.shards[number].elsewhere is not None:
                row[of_shard] = -1
                continue
            rows = np.flatnonzero(self.shards[number].hazard == hazard)
            row[of_shard] = rows[numbers[of_shard] - (ends[number] - counts[number])]
        return where, row

    def _batch(
        self,
        where: NDArray,
        row: NDArray,
        reads: Reads,
        hazard_weight: float,
        calm_weight: float,
    ) -> Batch:
        """Decisions `row` of the shards `where`, in this order."""
        hazard = np.empty(len(row), bool)
        inputs: NDArray[np.float32] | None = None
        for number in np.unique(where):
            of_shard = np.flatnonzero(where == number)
            shard = self.shards[number]
            # Read in the order of the file: a memory-mapped array is fastest then.
            sorted_rows = np.argsort(row[of_shard])
            of_shard = of_shard[sorted_rows]
            found = shard.inputs(reads, row[of_shard], self.signals)
            if inputs is None:
                inputs = np.empty((len(row), *found.shape[1:]), np.float32)
            inputs[of_shard] = found
            hazard[of_shard] = shard.hazard[row[of_shard]]
        if inputs is None:
            inputs = np.empty((0, *self._shape(reads)), np.float32)
        weight = np.where(hazard, hazard_weight, calm_weight).astype(np.float32)
        return Batch(inputs, hazard, weight, where.astype(np.int64))

    def _shape(self, reads: Reads) -> tuple[int, ...]:
        signals = self.signals
        if reads == "features":
            return (len(feature_names(signals)),)
        return signals.window_steps, signals.nodes, len(signals.channels)
