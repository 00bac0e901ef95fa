"""The training program: data report, baselines, randomized search, SMOTE against weighting, the best one packaged."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from inference.contracts import Split
from inference.tabular.features import series_features
from inference.tabular.predictor import HazardDetector
from training_containers.contract import OptMl, StopRequest, run_program
from training_containers.contract.metric_definitions import metric_line, print_metrics
from training_containers.contract.mlflow_runs import FinishedRuns
from training_containers.packaging import champion_of, package
from training_containers.tabular.calibration import Calibration, fit_calibration
from training_containers.tabular.config import TabularHyperparameters
from training_containers.tabular.data import read_dataset
from training_containers.tabular.evaluation import require_comparable
from training_containers.tabular.experiments import BASELINE, SMOTE, TUNING, pictures_and_model
from training_containers.tabular.models import Candidate, hazard_scores
from training_containers.tabular.package import HazardPackager
from training_containers.tabular.ranking import Ranking
from training_containers.tabular.references import tune_threshold_rule
from training_containers.tabular.report import add_reliability, write_report
from training_containers.tabular.sampling import Sample, draw_sample
from training_containers.tabular.search import Progress, cross_validate, draws, fit_folds
from training_containers.tabular.threshold import Scored, choose_threshold
from training_containers.tabular.windows import Windows, fit_preparation, make_windows

SEARCH_SHARE = 3  # candidates are compared on a third of the sound windows, and fitted to all that are asked for
THRESHOLD_FOLDS = 5  # more than the search's: their models should be nearly the final one


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
        self._settings, self._sample, self._search_sample, self._validation = (
            settings,
            sample,
            search_sample,
            validation,
        )
        self._progress, self._log = progress, log
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


@dataclass(frozen=True)
class HeldOut:
    """Calibrated scores of windows by models that have not seen their groups."""

    folds: list[Scored]  # the training split's
    validation: Scored
    calibration: Calibration

    @property
    def all(self) -> list[Scored]:
        return [self.validation, *self.folds]


def hold_out(best: Fitted, sample: Sample, train: Windows, validation: Windows, seed: int) -> HeldOut:
    """The calibration is fitted on the training split's folds; the validation split shows what it is worth.

    Every group is in one fold: those that the sample has nothing of, which no model has seen, are in the first.
    """
    folds = []
    held = np.setdiff1d(np.arange(train.groups), sample.windows.group)
    for estimator, unseen in fit_folds(best.candidate, sample, THRESHOLD_FOLDS, seed):
        windows = train.of_groups(np.r_[held, np.unique(sample.windows.group[unseen])])
        held = np.empty(0, np.int64)
        folds.append(Scored(windows, hazard_scores(estimator, windows.features)))
    calibration = fit_calibration(
        np.concatenate([one.scores for one in folds]), np.concatenate([one.windows.hazard for one in folds])
    )
    return HeldOut(
        folds=[Scored(one.windows, calibration.apply(one.scores)) for one in folds],
        validation=Scored(validation, calibration.apply(hazard_scores(best.estimator, validation.features))),
        calibration=calibration,
    )


def train(opt_ml: OptMl) -> None:
    began = time.perf_counter()
    StopRequest(at_once=True)
    settings = TabularHyperparameters.parse(opt_ml.hyperparameters)
    champion = champion_of(opt_ml, HazardDetector)
    dataset = read_dataset(opt_ml.channel("dataset"))
    progress = Progress(opt_ml.checkpoints, {"dataset_version": dataset.summary.version, **settings.model_dump()})
    signals = dataset.signals
    if champion is not None:
        require_comparable(champion, signals)
    horizon = settings.horizon(signals)
    preparation, windows = fit_preparation(dataset.of(Split.TRAIN), horizon, signals)
    validation = make_windows(
        dataset.of(Split.VALIDATION),
        lambda grid, ends: series_features(grid, ends, preparation, signals),
        horizon,
        signals,
    )
    print(f"{len(windows.lead)} training and {len(validation.lead)} validation windows", flush=True)
    report = opt_ml.output_data / "report.html"
    write_report(report, dataset, windows)
    sample = draw_sample(windows, settings.negatives, settings.seed)
    log = FinishedRuns(opt_ml, {"dataset_version": dataset.summary.version, "seed": settings.seed})
    search_sample = draw_sample(windows, settings.negatives // SEARCH_SHARE, settings.seed)
    comparison = Comparison(settings, sample, search_sample, validation, progress, log)
    compare(settings, comparison)
    best = comparison.best
    assert best is not None  # compare() fits at least one
    held_out = hold_out(best, sample, windows, validation, settings.seed)
    add_reliability(report, held_out.validation)
    point = choose_threshold(held_out.all, settings.recall_floor, settings.false_alarm_budget)
    print(
        f"best: {best.candidate.name}, threshold {point.threshold:.4f}: recall {point.recall:.3f} at "
        f"{point.false_per_1000_hours:.2f} false alarms per 1,000 hours of sound held-out {signals.entity}s"
        + ("" if point.meets_both else "; no threshold keeps both the recall floor and the false alarm budget"),
        flush=True,
    )
    packager = HazardPackager(
        dataset=dataset,
        estimator=best.estimator,
        calibration=held_out.calibration,
        preparation=preparation,
        point=point,
        held_out=held_out.all,
        validation=draw_sample(validation, settings.negatives, settings.seed),
        rule=tune_threshold_rule([windows, validation], preparation, settings.false_alarm_budget, settings.seed),
        horizon=horizon,
        seed=settings.seed,
    )
    package(opt_ml, packager, champion)
    final = {"progress": 1.0, "val_average_precision": best.average_precision, "seconds": time.perf_counter() - began}
    print_metrics(final)


if __name__ == "__main__":
    sys.exit(run_program(train))
