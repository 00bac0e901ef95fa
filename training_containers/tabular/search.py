"""Cross-validation that keeps groups together, and randomized search; both remember what is done across restarts."""

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedGroupKFold

from training_containers.contract.checkpoints import require_same_run, write_whole
from training_containers.tabular.config import SEARCH_SPACE
from training_containers.tabular.models import Candidate, hazard_scores
from training_containers.tabular.sampling import Sample


class Progress:
    """Results by name in one file, replaced whole, so that a kill at any instant loses at most the one being made."""

    def __init__(self, folder: Path, identity: dict[str, Any]) -> None:
        """Raises ConfigurationFault where the folder holds another run's results."""
        self._path, self._identity = folder / "progress.json", identity
        self._known: dict[str, float] = {}
        if self._path.exists():
            stored = json.loads(self._path.read_bytes())
            require_same_run(stored["identity"], identity)
            self._known = stored["results"]

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def once(self, name: str, compute: Callable[[], float]) -> float:
        """The stored result, or a new one, stored."""
        if name not in self._known:
            self._known[name] = compute()
            text = json.dumps({"identity": self._identity, "results": self._known})
            write_whole(self._path, lambda file: file.write(text.encode()))
        return self._known[name]


def folds_of(sample: Sample, folds: int, seed: int) -> list[tuple[NDArray, NDArray]]:
    """Rows to train on and to score, stratified by hazard, groups kept whole.

    Fewer groups with a hazard than folds would leave a fold without one: then there are fewer folds, at least two.
    `sample` has at least two groups with a hazard, so that there is one to train on whatever fold is left out.
    """
    hazardous = len(np.unique(sample.windows.group[sample.hazard]))
    count = max(2, min(folds, hazardous))
    splitter = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    stratified = list(splitter.split(sample.features, sample.hazard, sample.windows.group))
    if all(sample.hazard[learned].any() for learned, _ in stratified):
        return stratified
    return _dealt(sample, count)


def _dealt(sample: Sample, folds: int) -> list[tuple[NDArray, NDArray]]:
    """Groups dealt to the folds in turn, those with a hazard first.

    The stratified splitter evens out the number of windows; where groups differ much in size, it may put all hazards
    into one fold for that.
    """
    groups, member = np.unique(sample.windows.group, return_inverse=True)
    hazards = np.bincount(member, sample.hazard)
    fold = np.empty(len(groups), np.int64)
    fold[np.argsort(-hazards, kind="stable")] = np.arange(len(groups)) % folds
    rows = fold[member]
    return [(np.flatnonzero(rows != one), np.flatnonzero(rows == one)) for one in range(folds)]


def fit_folds(candidate: Candidate, sample: Sample, folds: int, seed: int) -> list[tuple[BaseEstimator, NDArray]]:
    """A model a fold, trained without it, and the fold's rows; folds in parallel, one thread each."""
    splits = folds_of(sample, folds, seed)
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the models' native code releases the interpreter's lock
        models = pool.map(lambda split: candidate.fit(sample.take(split[0]), seed), splits)
        return list(zip(models, (held_out for _, held_out in splits), strict=True))


def cross_validate(candidate: Candidate, sample: Sample, folds: int, seed: int) -> float:
    """Mean average precision over the folds that have a hazard, each window at its weight."""
    results = []
    for estimator, held_out in fit_folds(candidate, sample, folds, seed):
        scored = sample.take(held_out)
        if scored.hazard.any():
            scores = hazard_scores(estimator, scored.features)
            results.append(average_precision_score(scored.hazard, scores, sample_weight=scored.weights))
    return float(np.mean(results))


def draws(trials: int, seed: int) -> Iterator[Candidate]:
    """Randomized search: XGBoost with values drawn from SEARCH_SPACE."""
    rng = np.random.default_rng(seed)
    for trial in range(trials):
        values = {name: rng.choice(options).item() for name, options in SEARCH_SPACE.items()}
        values |= {name: int(values[name]) for name in ("max_depth", "rounds")}
        yield Candidate(f"xgboost-{trial:02d}", "xgboost", values=values)
