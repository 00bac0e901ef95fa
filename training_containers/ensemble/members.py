"""Trains every member: on all but each fold, for scores of decisions that it has not seen, and on everything.

What is finished lies below the checkpoints as ONNX files, so that a run that was killed goes on with the first
training that was not.
"""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.contracts import Searched
from training_containers.contract import DataFault
from training_containers.contract.metric_definitions import print_metrics
from training_containers.ensemble.combine import WAYS
from training_containers.ensemble.config import EnsembleHyperparameters
from training_containers.ensemble.folds import Fold, folds_of
from training_containers.ensemble.models.member import Fit, Member
from training_containers.ensemble.scoring import OnnxMember
from training_containers.ensemble.search import with_chosen
from training_containers.ensemble.source import ShardSource
from training_containers.torch_run.hosts import Hosts
from training_containers.torch_run.processes import Processes

SECONDS_BETWEEN_REPORTS = 2.0
CHUNK = 8192
"""Decisions that are scored at a time."""


@dataclass(frozen=True)
class OutOfFold:
    """Scores of training decisions by members that have not seen their sites; the same sample for every member."""

    scores: NDArray[np.float64]  # (n, members), raw
    hazard: NDArray[np.bool_]
    weight: NDArray[np.float32]
    fold: NDArray[np.int64]  # (n,)
    group: NDArray[np.int64]  # (n,): one site on one time block


@dataclass(frozen=True)
class Trained:
    """One member, trained on the whole training split."""

    member: Member
    onnx: Path


def train_members(
    members: Sequence[Member],
    train: ShardSource,
    settings: EnsembleHyperparameters,
    checkpoints: Path,
    processes: Processes,
    searched: Mapping[str, Searched],
) -> tuple[list[Trained], OutOfFold | None]:
    """Every member's final training and its scores of decisions that it has not seen.

    Networks are trained by all processes together; where hosts have a share of the tables each, some other members by
    one process of each host; the rest by the main process, which alone gets the scores.

    Args:
        checkpoints: the main process's outlive the job; every other host's are of no use after it.
        searched: what a search has chosen, by member.
    """
    hosts = Hosts.meet(processes) if processes.any(train.shared) and processes.count > 1 else None
    folds = list(folds_of(train, settings.folds))
    if processes.is_main:
        require_share(folds)
    most = settings.most_rows // len(folds)
    board = Board([member.name for member in members], len(folds) + 1, processes.is_main)
    held: list[list[NDArray[np.float64]]] = [[] for _ in folds]
    trained = []
    for member in members:
        own = with_chosen(settings, searched.get(member.name))
        folder = checkpoints / "members" / member.name
        work = Work(member, own, folder, board, processes, hosts if member.by_all_hosts else None)
        for fold in folds:
            path = work.trained(fold.rest, f"fold-{fold.number}")
            if processes.is_main:
                began = time.perf_counter()
                model = OnnxMember(path, member.reads)
                parts = fold.held.in_sample(member.reads, most, settings.seed, CHUNK)
                scores = np.concatenate([model.scores(inputs) for inputs in parts])
                held[fold.number].append(scores)
                board.scored(member.name, f"fold-{fold.number}", len(scores), began)
        trained.append(Trained(member, work.trained(train, "all")))
    return trained, _out_of_fold(folds, held, most, settings.seed) if processes.is_main else None


def require_share(folds: Sequence[Fold]) -> None:
    """Raises DataFault: the main host lacks a class in some fold. It scores what is held out, and trains some members
    alone."""
    for fold in folds:
        for name, part in (("left", fold.rest), ("held out", fold.held)):
            here = [shard for shard in part.shards if shard.elsewhere is None]
            hazards = sum(shard.hazards for shard in here)
            if not 0 < hazards < sum(map(len, here)):
                raise DataFault(
                    f"of what is {name} in fold {fold.number} the main host has {sum(map(len, here))} decisions, "
                    f"{hazards} of them hazardous; each class needs some. Train on fewer hosts, or on more recordings."
                )


def _out_of_fold(folds: Sequence[Fold], held: list[list[NDArray[np.float64]]], most: int, seed: int) -> OutOfFold:
    drawn = [fold.held.sample("features", most, seed) for fold in folds]
    shards = np.cumsum([0, *(len(fold.held.shards) for fold in folds)])
    return OutOfFold(
        scores=np.concatenate([np.stack(columns, axis=1) for columns in held]),
        hazard=np.concatenate([batch.hazard for batch in drawn]),
        weight=np.concatenate([batch.weight for batch in drawn]),
        fold=np.concatenate([np.full(len(batch), fold.number) for fold, batch in zip(folds, drawn, strict=True)]),
        group=np.concatenate([batch.shard + first for batch, first in zip(drawn, shards[:-1], strict=True)]),
    )


@dataclass(frozen=True)
class Work:
    """The trainings of one member."""

    member: Member
    settings: EnsembleHyperparameters
    folder: Path
    board: "Board"
    processes: Processes
    hosts: Hosts | None
    """Those that train it together, if it is no network."""

    def trained(self, source: ShardSource, name: str) -> Path:
        """The ONNX file of a training, which is done unless it is there already."""
        onnx, began = self.folder / f"{name}.onnx", time.perf_counter()
        is_there = bool(self.processes.from_main([float(onnx.is_file())])[0])
        if not is_there and (self.processes.is_main or self.member.tier == 1 or self.hosts is not None):
            resume = self.folder / name
            resume.mkdir(parents=True, exist_ok=True)
            report = self.board.line(self.member.name, name)
            settings = self.settings
            self.member.train(source, Fit(source.signals, settings, settings.seed, resume, onnx, report, self.hosts))
            if self.processes.rank_on_host == 0:
                shutil.rmtree(resume)  # what let it go on is of no use any more
        self.board.finished(self.member.name, name, began)
        self.processes.wait()
        return onnx


class Board:
    """One line a training: its share, rows a second, and the time that is left; and the share of all trainings."""

    def __init__(self, members: Sequence[str], trainings: int, speaks: bool) -> None:
        """`trainings`: of each member."""
        self._trainings, self._speaks, self._done = len(members) * trainings, speaks, 0
        if speaks:
            print(f"members: {', '.join(members)}; each is trained {trainings} times", flush=True)
            print(f"then combined by: {', '.join(WAYS)}", flush=True)

    def line(self, member: str, name: str) -> Callable[[float, int], None]:
        began = last = time.perf_counter()

        def report(share: float, rows: int) -> None:
            nonlocal last
            now = time.perf_counter()
            if not self._speaks or (share < 1 and now - last < SECONDS_BETWEEN_REPORTS):
                return
            last = now
            spent = now - began
            left = spent * (1 - share) / share if share > 0 else float("nan")
            print(
                f"{member:20} {name:7} {share:5.0%}  {rows / max(spent, 1e-9):12,.0f} rows/s  {left:6.0f} s left",
                flush=True,
            )

        return report

    def finished(self, member: str, name: str, began: float) -> None:
        self._done += 1
        if not self._speaks:
            return
        print(f"{member:20} {name:7} done in {time.perf_counter() - began:.1f} s", flush=True)
        print_metrics({"progress": round(0.9 * self._done / self._trainings, 4)})

    @staticmethod
    def scored(member: str, what: str, decisions: int, began: float) -> None:
        spent = time.perf_counter() - began
        print(f"{member:20} {what:7} scored {decisions} decisions in {spent:.1f} s", flush=True)
