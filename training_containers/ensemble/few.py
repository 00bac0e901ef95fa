"""A source of training decisions that has fewer of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from training_containers.ensemble.models.member import Batch, Reads, Source


@dataclass(frozen=True)
class Few:
    """Implements `Source`: a sample of another source's decisions, as if there were no more.

    All its draws are of `most` decisions at most, weighted as the other's samples are.
    """

    source: Source
    most: int

    @property
    def decisions(self) -> int:
        return min(self.source.decisions, self.most)

    @property
    def hazards(self) -> int:
        return min(self.source.hazards, self.most // 2)

    def batches(self, reads: Reads, rows: int, seed: int) -> Iterator[Batch]:
        drawn = self.source.sample(reads, self.most, seed)
        for start in range(0, len(drawn), rows):
            part = slice(start, start + rows)
            yield Batch(drawn.inputs[part], drawn.hazard[part], drawn.weight[part], drawn.shard[part])

    def sample(self, reads: Reads, most: int, seed: int) -> Batch:
        return self.source.sample(reads, min(most, self.most), seed)
