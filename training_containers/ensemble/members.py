"""Trains every member: on all but each fold, for scores of decisions that it has not seen, and on everything.

What is finished lies below the checkpoints as ONNX files, so that a run that was killed goes on with the first
training that was not.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.contracts.zones import ZoneSignals
from training_containers.contract.metric_definitions import print_metrics
from training_containers.ensemble.config import EnsembleHyperparameters
from training_containers.ensemble.folds import folds_of
from training_containers.ensemble.models.member import Fit, Member
from training_containers.ensemble.scoring import OnnxMember
from training_containers.ensemble.source import ShardSource

SECONDS_BETWEEN_REPORTS = 2.0


@dataclass(frozen=True)
class OutOfFold:
    """Scores of training decisions by members that have not seen their sites; the same sample for every member."""

    scores: NDArray[np.float64]  # (n, members), raw
    hazard: NDArray[np.bool_]
    weight: NDArray[np.float32]
    fold: NDArray[np.int64]  # (n,)


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
) -> tuple[list[Trained], OutOfFold]:
    """Every member's final training and its scores of decisions that it has not seen."""
    folds = list(folds_of(train, settings.folds))
    board = Board(len(members) * (len(folds) + 1))
    parts = [settings.most_rows // len(folds)] * len(folds)
    held: list[list[NDArray[np.float64]]] = [[] for _ in folds]
    trained = []
    for member in members:
        folder = checkpoints / "members" / member.name
        for fold, most in zip(folds, parts, strict=True):
            path = _trained(member, fold.rest, train.signals, settings, folder, f"fold-{fold.number}", board)
            inputs = fold.held.sample(member.reads, most, settings.seed).inputs
            held[fold.number].append(OnnxMember(path, member.reads).scores(inputs))
        final = _trained(member, train, train.signals, settings, folder, "all", board)
        trained.append(Trained(member, final))
    drawn = [fold.held.sample("features", most, settings.seed) for fold, most in zip(folds, parts, strict=True)]
    return trained, OutOfFold(
        scores=np.concatenate([np.stack(columns, axis=1) for columns in held]),
        hazard=np.concatenate([batch.hazard for batch in drawn]),
        weight=np.concatenate([batch.weight for batch in drawn]),
        fold=np.concatenate([np.full(len(batch), fold.number) for fold, batch in zip(folds, drawn, strict=True)]),
    )


def _trained(
    member: Member,
    source: ShardSource,
    signals: ZoneSignals,
    settings: EnsembleHyperparameters,
    folder: Path,
    name: str,
    board: "Board",
) -> Path:
    onnx = folder / f"{name}.onnx"
    if not onnx.is_file():
        resume = folder / name
        resume.mkdir(parents=True, exist_ok=True)
        report = board.line(member.name, name)
        member.train(source, Fit(signals, settings, settings.seed, resume, onnx, report))
    board.finished(member.name, name)
    return onnx


class Board:
    """One line a training: its share, rows a second, and the time that is left; and the share of all trainings."""

    def __init__(self, trainings: int) -> None:
        self._trainings, self._done = trainings, 0

    def line(self, member: str, name: str) -> Callable[[float, int], None]:
        began = last = time.perf_counter()

        def report(share: float, rows: int) -> None:
            nonlocal last
            now = time.perf_counter()
            if share < 1 and now - last < SECONDS_BETWEEN_REPORTS:
                return
            last = now
            spent = now - began
            left = spent * (1 - share) / share if share > 0 else float("nan")
            print(
                f"{member:20} {name:7} {share:5.0%}  {rows / max(spent, 1e-9):12,.0f} rows/s  {left:6.0f} s left",
                flush=True,
            )

        return report

    def finished(self, member: str, name: str) -> None:
        self._done += 1
        print(f"{member:20} {name:7} done", flush=True)
        print_metrics({"progress": round(0.9 * self._done / self._trainings, 4)})
