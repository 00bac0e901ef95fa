"""What a search has tried and tries next, by Optuna: https://optuna.readthedocs.io. In a file that outlives a kill."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import optuna
from optuna.distributions import BaseDistribution
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

from inference.contracts import Searched

FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)
AT_RANDOM = 5
"""Trials before the sampler learns from them."""
UNPRUNED = 3
"""Trials of which every fold is trained, before one may end after a fold that is below their median."""


class Trials:
    """More is better. The first trial has the values that the run was given, so the best one is not worse than those.

    Proposals follow from the seed and from what is finished alone: a search that was killed makes the same ones.
    """

    def __init__(
        self, path: Path, space: Mapping[str, BaseDistribution], given: Mapping[str, float], seed: int
    ) -> None:
        self._space, self._given, self._seed = dict(space), dict(given), seed
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        _repair(path)
        self._study = optuna.create_study(
            storage=JournalStorage(JournalFileBackend(str(path))),
            study_name=path.stem,
            direction="maximize",
            pruner=optuna.pruners.MedianPruner(n_startup_trials=UNPRUNED),
            load_if_exists=True,
        )
        for one in self._study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            self._study.tell(one.number, state=TrialState.FAIL)  # it was killed

    def next(self, most: int, most_s: float) -> optuna.Trial | None:
        """None: there are so many, or another one as long as the longest could last beyond the time."""
        finished = self._finished()
        seconds = [_seconds(one) for one in finished]
        if len(finished) >= most or (finished and sum(seconds) + max(seconds) > most_s):
            return None
        if not finished and not self._study.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
            self._study.enqueue_trial(self._given)
        self._study.sampler = optuna.samplers.TPESampler(n_startup_trials=AT_RANDOM, seed=self._seed + len(finished))
        return self._study.ask(self._space)

    def is_hopeless(self, trial: optuna.Trial, scores: Sequence[float]) -> bool:
        """After a fold; then the trial ends as pruned."""
        trial.report(float(np.mean(scores)), len(scores) - 1)
        if not trial.should_prune():
            return False
        self._study.tell(trial, state=TrialState.PRUNED)
        return True

    def finish(self, trial: optuna.Trial, scores: Sequence[float]) -> None:
        self._study.tell(trial, float(np.mean(scores)))

    def result(self, metric: str) -> Searched:
        finished, best = self._finished(), self._study.best_trial
        complete = [one for one in finished if one.state is TrialState.COMPLETE]
        return Searched(
            chosen=best.params,
            metric=metric,
            before=complete[0].values[0],
            after=best.values[0],
            trials=len(finished),
            pruned=len(finished) - len(complete),
            seconds=round(sum(map(_seconds, finished)), 1),
        )

    def _finished(self) -> list[optuna.trial.FrozenTrial]:
        return self._study.get_trials(deepcopy=False, states=FINISHED)


def _seconds(trial: optuna.trial.FrozenTrial) -> float:
    return 0.0 if trial.duration is None else trial.duration.total_seconds()


def _repair(path: Path) -> None:
    """What a kill leaves: a lock that nobody holds, as one process alone writes here, and a line that does not end."""
    path.with_name(f"{path.name}.lock").unlink(missing_ok=True)
    if path.is_file():
        body = path.read_bytes()
        whole = body[: body.rfind(b"\n") + 1]
        if whole != body:
            path.write_bytes(whole)
