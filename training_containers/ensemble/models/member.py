"""What every member of the ensemble is: a name, what it reads, and a function that trains it into an ONNX file.

A trained member is its ONNX file and nothing else: everything after training (out-of-fold scores, calibration, tests,
serving) goes through that file, and a member whose file exists is not trained again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from inference.contracts.zones import ZoneSignals
from training_containers.contract.checkpoints import write_whole
from training_containers.ensemble.config import EnsembleHyperparameters
from training_containers.torch_run.hosts import Hosts

OUTPUT = "score"
Reads = Literal["features", "windows"]
"""Also the name of the graph's input: `features` (n, features) or `windows` (n, window_steps, nodes, channels)."""


@dataclass(frozen=True)
class Batch:
    """Decisions about zones. `inputs` is what the member reads, float32; NaN: nothing was read."""

    inputs: NDArray[np.float32]
    hazard: NDArray[np.bool_]  # (n,)
    weight: NDArray[np.float32]  # (n,); restores the prevalence that sampling has changed
    shard: NDArray[np.int64]  # (n,): which of the source's tables each comes from, that is, which site and day
    share: "Share | None" = None
    """Of a sample that several hosts drew together, each what it has; None: this is the whole sample."""

    def __len__(self) -> int:
        return len(self.hazard)


@dataclass(frozen=True)
class Share:
    position: NDArray[np.int64]  # (n,): of this host's decisions in the sample of all
    hazard: NDArray[np.bool_]  # (N,): of the whole sample


class Source(Protocol):
    """Training decisions of some groups, in bounded memory; the same seed gives the same."""

    @property
    def decisions(self) -> int:
        """How many there are in all, those on other hosts included."""
        ...

    @property
    def hazards(self) -> int: ...

    def batches(self, reads: Reads, rows: int, seed: int) -> Iterator[Batch]:
        """Every decision that this host has once, at most `rows` at a time.

        Shuffled among and within the shards that fit in memory.
        """
        ...

    def sample(self, reads: Reads, most: int, seed: int) -> Batch:
        """At most `most` decisions: hazardous ones fill up to half of it, calm ones the rest; weighted.

        Of what several hosts draw together, each gets its share.
        """
        ...


@dataclass(frozen=True)
class Fit:
    """One training of one member."""

    signals: ZoneSignals
    settings: EnsembleHyperparameters
    seed: int
    resume: Path
    """A folder that outlives a killed job: what `train` leaves there lets the next one go on where it was."""
    onnx: Path
    """Where the trained graph goes, written under another name first and moved."""
    report: Callable[[float, int], None]
    """To be told the share that is done (0 to 1) and how many rows it took, once a second or oftener."""
    hosts: Hosts | None = None
    """To train together with, each on its share of the source; only the main one writes. None: this one alone."""

    @property
    def writes(self) -> bool:
        return self.hosts is None or self.hosts.is_main

    def save(self, name: str, content: bytes) -> None:
        """Below `resume`, in one rename; where hosts train together, the main one does."""
        if self.writes:
            write_whole(self.resume / name, lambda file: file.write(content))

    def saved(self, name: str) -> bytes | None:
        """What the main host has saved, in every host; None: nothing."""
        path = self.resume / name
        own = path.read_bytes() if self.writes and path.is_file() else None
        return own if self.hosts is None else self.hosts.from_main(own)


@dataclass(frozen=True)
class Member:
    name: str
    tier: Literal[1, 2]
    reads: Reads
    train: Callable[[Source, Fit], None]
    """Raises DataFault when there is nothing to learn from. The graph answers `score` (n,): higher is more hazardous,
    on any scale; it takes any n and any NaN."""
    by_all_hosts: bool = False
    """Not a network, and yet hosts with a share each train it together: `Fit.hosts`."""
