"""Searches hyperparameters of a few members, judged on folds of the training split that a trial's models have not seen.

Validation and test splits, which choose and judge the package, take no part. What was tried lies below the checkpoints:
a search that was killed goes on with the trials that are finished.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from optuna import Trial
from optuna.distributions import BaseDistribution, FloatDistribution, IntDistribution
from sklearn.metrics import average_precision_score

from inference.contracts import Searched
from training_containers.contract.checkpoints import write_whole
from training_containers.ensemble.config import EnsembleHyperparameters
from training_containers.ensemble.few import Few
from training_containers.ensemble.folds import Fold, folds_of
from training_containers.ensemble.models.member import Fit, Member
from training_containers.ensemble.scoring import OnnxMember
from training_containers.ensemble.source import ShardSource
from training_containers.ensemble.trials import Trials
from training_containers.torch_run.processes import Processes

METRIC = "average_precision"
MOST_ROWS, MOST_WINDOWS = 100_000, 20_000
"""Of what a trial's models learn from: enough to tell good values from bad ones."""
HELD = 20_000
"""Decisions of a fold that they are judged on."""

Limits = tuple[float, float, bool]
_TREES: dict[str, Limits] = {"boosting_rate": (0.02, 0.3, True), "max_depth": (3, 8, False)}
SPACES: dict[str, dict[str, Limits]] = {
    "xgboost": {**_TREES, "leaf_weight": (1.0, 50.0, True)},
    "lightgbm": {**_TREES, "leaf_weight": (1.0, 50.0, True)},
    "catboost": _TREES,
    "tcn": {"learning_rate": (5e-4, 1e-2, True), "width": (16, 64, False)},
}
"""Member -> hyperparameter -> lowest, highest, and whether it goes by magnitude. The boosted trees are the best members
(benchmarks/results/fire.md), and the TCN the best of the networks."""


def search(
    members: Sequence[Member],
    train: ShardSource,
    settings: EnsembleHyperparameters,
    checkpoints: Path,
    processes: Processes,
) -> dict[str, Searched]:
    """By name of the members searched; none where no search is asked for. Networks are tried by all processes together,
    the others by the main one, which alone gets theirs."""
    if not settings.search_trials:
        return {}
    searched = [one for one in members if one.name in SPACES]
    seconds = settings.search_minutes * 60 / max(len(searched), 1)
    folds = tuple(folds_of(train, settings.folds))
    alone = Processes(0, 1, processes.device)
    return {
        one.name: Search(
            one, folds, settings, checkpoints / "search", seconds, processes if one.tier == 1 else alone
        ).run()
        for one in searched
        if processes.is_main or one.tier == 1
    }


def with_chosen(settings: EnsembleHyperparameters, found: Searched | None) -> EnsembleHyperparameters:
    return settings if found is None else _with(settings, found.chosen)


@dataclass(frozen=True)
class Search:
    """Of one member."""

    member: Member
    folds: Sequence[Fold]
    settings: EnsembleHyperparameters
    folder: Path
    most_s: float
    processes: Processes

    def run(self) -> Searched:
        """What was found, in every process; a search that has ended is not gone on with."""
        ended = self.folder / f"{self.member.name}.json"
        trials = self._opened() if self.processes.is_main and not ended.is_file() else None
        while True:
            trial = None if trials is None else trials.next(self.settings.search_trials, self.most_s)
            values = self.processes.state_from_main(None if trial is None else trial.params)
            if values is None:
                break
            scores = self._scores(_bounded(_with(self.settings, values)), trials, trial)
            if trials is not None and trial is not None and len(scores) == len(self.folds):
                trials.finish(trial, scores)
        if trials is not None:
            shutil.rmtree(self._resume, ignore_errors=True)
            body = trials.result(METRIC).model_dump_json().encode()
            write_whole(ended, lambda file: file.write(body))
        found = json.loads(ended.read_bytes()) if self.processes.is_main else None
        return Searched.model_validate(self.processes.state_from_main(found))

    @property
    def _resume(self) -> Path:
        return self.folder / self.member.name

    def _opened(self) -> Trials:
        self.folder.mkdir(parents=True, exist_ok=True)
        limits = SPACES[self.member.name]
        given = {name: getattr(self.settings, name) for name in limits}
        space = {name: _distribution(given[name], *limits[name]) for name in limits}
        return Trials(self.folder / f"{self.member.name}.journal", space, given, self.settings.seed)

    def _scores(self, settings: EnsembleHyperparameters, trials: Trials | None, trial: Trial | None) -> list[float]:
        """Of each fold, in the main process; of the first ones, where the trial is pruned after them."""
        scores: list[float] = []
        for fold in self.folds:
            onnx, hopeless = self._trained(fold, settings), False
            if trials is not None and trial is not None:
                scores.append(self._score(onnx, fold))
                hopeless = len(scores) < len(self.folds) and trials.is_hopeless(trial, scores)
                said = " ".join(f"{name}={value:.4g}" for name, value in trial.params.items())
                print(
                    f"search {self.member.name} trial {trial.number + 1} fold {fold.number}: "
                    f"{METRIC} {scores[-1]:.4f}, {said}{', pruned' if hopeless else ''}",
                    flush=True,
                )
            if self.processes.any(hopeless):
                break
        return scores

    def _trained(self, fold: Fold, settings: EnsembleHyperparameters) -> Path:
        resume = self._resume
        if self.processes.is_main:
            shutil.rmtree(resume, ignore_errors=True)  # another trial's
        self.processes.wait()
        resume.mkdir(parents=True, exist_ok=True)
        onnx = resume / "trial.onnx"
        few = Few(fold.rest, settings.most_rows)
        self.member.train(few, Fit(fold.rest.signals, settings, settings.seed, resume, onnx, lambda share, rows: None))
        return onnx

    def _score(self, onnx: Path, fold: Fold) -> float:
        held = fold.held.sample(self.member.reads, HELD, self.settings.seed)
        scores = OnnxMember(onnx, self.member.reads).scores(held.inputs)
        return float(average_precision_score(held.hazard, scores, sample_weight=held.weight))


def _with(settings: EnsembleHyperparameters, values: Mapping[str, float]) -> EnsembleHyperparameters:
    return settings.model_validate({**settings.model_dump(), **values})


def _bounded(settings: EnsembleHyperparameters) -> EnsembleHyperparameters:
    """As trials train."""
    rows, windows = min(settings.most_rows, MOST_ROWS), min(settings.most_windows, MOST_WINDOWS)
    return settings.model_copy(update={"most_rows": rows, "most_windows": windows})


def _distribution(given: float, low: float, high: float, by_magnitude: bool) -> BaseDistribution:
    """What the run was given is within it, too."""
    low, high = min(low, given), max(high, given)
    if isinstance(given, int):
        return IntDistribution(int(low), int(high))
    return FloatDistribution(low, high, log=by_magnitude)
