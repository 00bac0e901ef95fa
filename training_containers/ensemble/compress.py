"""A smaller package: members are left out where the ensemble recalls no less on validation without them.

The largest go first, and what is left is combined anew. Whether it really costs nothing, the test split says.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inference.contracts import Compressed
from inference.contracts.zones import ZoneSignals
from training_containers.ensemble.choice import Choice, choose
from training_containers.ensemble.config import EnsembleHyperparameters
from training_containers.ensemble.judged import Decisions, Judged
from training_containers.ensemble.members import OutOfFold, Trained

MB = 1e6
TOLD = ("recall", "false_positive_rate", "average_precision")


class Combined(NamedTuple):
    """Members, and how they speak together."""

    trained: Sequence[Trained]
    choice: Choice

    @property
    def recall(self) -> float:
        """On validation, at the bounded false-positive rate."""
        return max(way.metrics["recall"] for way in (*self.choice.ways, *self.choice.alone))


def combined(
    trained: Sequence[Trained],
    found: OutOfFold,
    scores: NDArray[np.float64],
    decisions: Decisions,
    signals: ZoneSignals,
    settings: EnsembleHyperparameters,
) -> tuple[Combined, Combined | None]:
    """What goes into the package; where it is compressed, also what would have without. Arguments as of `choose`."""

    def of(kept: Sequence[int]) -> Combined:
        some = [trained[number] for number in kept]
        theirs = replace(found, scores=found.scores[:, list(kept)])
        return Combined(some, choose(some, theirs, scores[:, list(kept)], decisions, signals, settings))

    whole = of(range(len(trained)))
    if not settings.compress:
        return whole, None
    sizes = [one.onnx.stat().st_size for one in trained]
    return without_needless(sizes, of, whole), whole


def without_needless(sizes: Sequence[int], of: Callable[[Sequence[int]], Combined], whole: Combined) -> Combined:
    """Try once to do without each member; the last one stays."""
    kept, best = list(range(len(sizes))), whole
    for number in sorted(kept, key=lambda one: -sizes[one]):
        fewer = [one for one in kept if one != number]
        if not fewer:
            break
        tried = of(fewer)
        if tried.recall >= whole.recall:
            kept, best = fewer, tried
    return best


def compressed(left_out: Sequence[str], graphs: tuple[Path, Path], before: Judged, after: Judged) -> Compressed:
    """What it cost on the test split, on which nothing was chosen."""
    return Compressed(
        left_out=tuple(left_out),
        before=_told(before, graphs[0]),
        after=_told(after, graphs[1]),
        differences={name: one for name, one in after.differences(before).items() if name in TOLD},
    )


def _told(judged: Judged, graph: Path) -> dict[str, float]:
    metrics = judged.metrics()
    return {**{name: metrics[name] for name in TOLD}, "graph_mb": round(graph.stat().st_size / MB, 4)}
