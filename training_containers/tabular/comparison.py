"""Which candidate is packaged: baselines, randomized search, and SMOTE beside weighting, on the validation split."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from training_containers.contract.metric_definitions import metric_line, print_metrics
from training_containers.contract.mlflow_runs import FinishedRuns
from training_containers.tabular.config import TabularHyperparameters
from training_containers.tabular.experiments import BASELINE, SMOTE, TUNING, pictures_and_model
from training_containers.tabular.models import Candidate, hazard_scores
from training_containers.tabular.ranking import Ranking
from training_containers.tabular.sampling import Sample
from training_containers.tabular.search import Progress, cross_validate, draws
from training_containers.tabular.threshold import Scored
from training_containers.tabular.windows import Windows


@dataclass(frozen=True)
class Fitted:
    candidate: Candidate
    estimator: BaseEstimator
    average_precision: float  # of the validation split
    parameters: dict[str, Any]
    metrics: dict[str, float]
    validation: Scored
    worth: float  # what the best is chosen by


class Comparison:
    """Fits candidates on the training sample, scores them on the validation split, and keeps the best."""

    def __init__(
        self,
        settings: TabularHyperparameters,
        sample: Sample,
        search_sample: Sample,
        validation: Windows,
        progress: Progress,
        log: FinishedRuns,
    ) -> None:
        self._settings, self._progress, self._log = settings, progress, log
        self._sample, self._search_sample, self._validation = sample, search_sample, validation
        self.best: Fitted | None = None
        self._done, self._planned = 0, 1

    def expect(self, candidates: int) -> None:
        self._planned = candidates

    def cross_validated(self, candidate: Candidate, experiment: str | None = None) -> float:
        """Average precision over grouped folds of the smaller sample; remembered across restarts."""
        known = candidate.name in self._progress
        score = self._progress.once(
            candidate.name,
            lambda: cross_validate(candidate, self._search_sample, self._settings.folds, self._settings.seed),
        )
        if not known and experiment == TUNING:
            self._log.record(experiment, candidate.name, candidate.values, {"cv_average_precision": score})
        self._done += 1
        print_metrics({"progress": self._done / self._planned, "cv_average_precision": score})
        return score

    def record(self, experiment: str, fitted: Sequence[Fitted]) -> None:
        """Tell MLflow of an experiment's runs; of the best one also the pictures and the model, which take seconds."""
        best = max(fitted, key=lambda one: one.average_precision)
        for one in fitted:
            artifacts = pictures_and_model(one.estimator, one.validation) if one is best else None
            self._log.record(experiment, one.candidate.name, one.parameters, one.metrics, artifacts)

    def fit(self, candidate: Candidate, experiment: str, cv: float | None = None) -> Fitted:
        """Train on the whole sample and score the validation split."""
        estimator = candidate.fit(self._sample, self._settings.seed)
        scored = Scored(self._validation, hazard_scores(estimator, self._validation.features).astype(np.float64))
        result = Ranking.of(self._validation, scored.scores).average_precision()
        print(f"{experiment} {candidate.name}: " + metric_line({"val_average_precision": result}), flush=True)
        metrics = {"val_average_precision": result} | ({} if cv is None else {"cv_average_precision": cv})
        parameters = {"model": candidate.model, "imbalance": candidate.imbalance, **candidate.values}
        fitted = Fitted(candidate, estimator, result, parameters, metrics, scored, self._worth(result, cv))
        if self.best is None or fitted.worth > self.best.worth:
            self.best = fitted
        return fitted

    def _worth(self, validation: float, cv: float | None) -> float:
        """Both average precisions, each weighed by the events it rests on: a split alone has few."""
        if cv is None:
            return validation
        events = [len(np.unique(one.series[one.hazard])) for one in (self._validation, self._sample.windows)]
        return float(np.average([validation, cv], weights=events))


def compare(settings: TabularHyperparameters, comparison: Comparison) -> None:
    """Baselines, search, SMOTE; or the one XGBoost of a tuning job's trial."""
    given = Candidate("xgboost", "xgboost", values=settings.xgboost_values())
    if settings.trials == 0:
        comparison.record(TUNING, [comparison.fit(given, TUNING)])
        return
    baselines = [
        Candidate("logistic_regression", "logistic_regression"),
        Candidate("random_forest", "random_forest"),
        given,
    ]
    trials = list(draws(settings.trials, settings.seed))
    smote = [
        Candidate(
            f"{model}-smote", model, imbalance="smote", values=settings.xgboost_values() if model == "xgboost" else {}
        )
        for model in ("logistic_regression", "xgboost")
    ]
    comparison.expect(len(baselines) + len(trials) + len(smote))
    comparison.record(BASELINE, [comparison.fit(one, BASELINE, comparison.cross_validated(one)) for one in baselines])
    scores = [comparison.cross_validated(candidate, TUNING) for candidate in trials]
    winner = int(np.argmax(scores))
    comparison.record(TUNING, [comparison.fit(trials[winner], TUNING, scores[winner])])
    comparison.record(SMOTE, [comparison.fit(one, SMOTE, comparison.cross_validated(one)) for one in smote])
