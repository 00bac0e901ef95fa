"""Evaluates the best model through the serving code, and writes the model package."""

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import numpy as np
from sklearn.base import BaseEstimator

from inference.contracts import ChampionEvaluation, Evaluation, GoldenRequest, HazardPrediction, PackageManifest, Split
from inference.contracts.telemetry import CHANNEL_NAMES, CLASSES, HAZARD, HEALTHY, HISTORY_STEPS, STEP_SECONDS
from inference.predictor import Predictor
from inference.tabular import HazardDetector, TabularInput
from inference.tabular_features import FEATURE_NAMES, Preparation
from training_containers.contract import ConfigurationFault, InternalFault, OptMl
from training_containers.packaging import (
    PackageDraft,
    classification_metrics,
    golden_request,
    make_baseline,
    measure_latency,
    open_champion,
    size_mb,
    write_package,
)
from training_containers.packaging.champion import CHANNEL as CHAMPION_CHANNEL
from training_containers.tabular.alarms import all_metrics
from training_containers.tabular.data import Dataset, Series
from training_containers.tabular.export import export_onnx
from training_containers.tabular.importance import channel_importance
from training_containers.tabular.lead_time import lead_time_bands
from training_containers.tabular.references import dummy_metrics, threshold_rule_metrics
from training_containers.tabular.sampling import Sample
from training_containers.tabular.threshold import OperatingPoint, Scored
from training_containers.tabular.windows import Windows, make_windows

TASK = "tabular"
CONTENT_TYPE = "application/json"
LIBRARIES = ("numpy", "onnx", "onnxruntime", "pandas", "scikit-learn", "skl2onnx", "onnxmltools", "xgboost-cpu")
GOLDEN_PER_CLASS = 3
LATENCY_WINDOWS = 50
AGREEMENT = 1e-5


@dataclass(frozen=True)
class Champion:
    """The package to beat, opened before training so that a broken one costs no training time."""

    detector: HazardDetector
    model_data_url: str

    @classmethod
    def from_channel(cls, opt_ml: OptMl) -> Self | None:
        channel = opt_ml.optional_channel(CHAMPION_CHANNEL)
        if channel is None:
            return None
        predictor, manifest, url = open_champion(channel, Path(tempfile.mkdtemp(prefix="champion-")))
        if not isinstance(predictor, HazardDetector):
            raise ConfigurationFault(f"the champion's task is '{manifest.task}', not '{TASK}'.")
        return cls(predictor, url)


@dataclass(frozen=True)
class Trained:
    """The best model and what was learned beside it."""

    estimator: BaseEstimator
    preparation: Preparation
    point: OperatingPoint
    held_out: list[Scored]
    validation: Sample


def package(
    opt_ml: OptMl, dataset: Dataset, trained: Trained, champion: Champion | None, horizon: float, seed: int
) -> PackageManifest:
    """Leave a verified package in the model folder."""
    directory = _emptied(opt_ml.model)
    export_onnx(trained.estimator, directory / "model.onnx", trained.validation.features[:500])
    contract = TabularInput(
        horizon_s=int(horizon),
        preparation=trained.preparation,
        lead_time=lead_time_bands(trained.held_out, trained.point.threshold),
    )
    draft = PackageDraft(
        domain=dataset.summary.domain,
        task=TASK,
        classes=CLASSES,
        input=contract.model_dump(mode="json"),
        dataset_version=dataset.summary.version,
        libraries=LIBRARIES,
        thresholds={HAZARD: trained.point.threshold},
    )
    detector = draft.open(directory)
    if not isinstance(detector, HazardDetector):
        raise InternalFault(f"the package opens as {type(detector).__name__}.")
    importance = channel_importance(detector, trained.validation, seed)
    (directory / "importance.json").write_text(json.dumps(importance, indent=1) + "\n", encoding="utf-8")
    print("packaging: evaluating through the serving code", flush=True)
    series = dataset.of(Split.TEST)
    test = make_windows(series, detector.features, horizon)
    scores = detector.probabilities(test.features).astype(np.float64)
    requests = _requests(series, test, scores, detector.threshold)
    evaluation = _evaluate(dataset, detector, directory, test, scores, requests, champion)
    baseline = make_baseline(
        labels=np.where(scores >= detector.threshold, HAZARD, HEALTHY).tolist(),
        scores={HEALTHY: 1 - scores, HAZARD: scores},
        features={name: test.features[:, FEATURE_NAMES.index(f"{name}:mean_1m")] for name in CHANNEL_NAMES},
    )
    golden = [_golden(detector, body, scores[row]) for row, body in requests.items()]
    return write_package(directory, draft, evaluation=evaluation, baseline=baseline, golden=golden)


def _emptied(directory: Path) -> Path:
    """The folder without what an interrupted attempt left: the loader would refuse a file it does not know."""
    for child in directory.iterdir():
        shutil.rmtree(child) if child.is_dir() else child.unlink()
    return directory


def _evaluate(
    dataset: Dataset,
    detector: HazardDetector,
    directory: Path,
    test: Windows,
    scores: np.ndarray,
    requests: dict[int, bytes],
    champion: Champion | None,
) -> Evaluation:
    truth = np.where(test.hazard, HAZARD, HEALTHY).tolist()
    answers = np.where(scores >= detector.threshold, HAZARD, HEALTHY).tolist()
    by_window = classification_metrics(truth, answers, CLASSES)
    bodies = [(body, CONTENT_TYPE) for body in requests.values()]
    return Evaluation(
        task=TASK,
        dataset_version=dataset.summary.version,
        test_items=len(test.lead),
        metrics={
            **all_metrics(test, scores, detector.threshold),
            **measure_latency(detector, bodies[:LATENCY_WINDOWS]),
            "size_mb": size_mb(directory),
        },
        per_class=by_window.per_class,
        confusion=by_window.confusion,
        dummy=dummy_metrics(test),
        references={"threshold_rule": threshold_rule_metrics(test, detector.contract.preparation)},
        champion=None if champion is None else _evaluate_champion(champion, dataset.of(Split.TEST), test.horizon),
    )


def _evaluate_champion(champion: Champion, series: Sequence[Series], horizon: float) -> ChampionEvaluation:
    """With the champion's own preparation and threshold."""
    windows = make_windows(series, champion.detector.features, horizon)
    scores = champion.detector.probabilities(windows.features).astype(np.float64)
    metrics = all_metrics(windows, scores, champion.detector.threshold)
    return ChampionEvaluation(model_data_url=champion.model_data_url, metrics=metrics)


def _requests(series: Sequence[Series], test: Windows, scores: np.ndarray, threshold: float) -> dict[int, bytes]:
    """Requests as callers send them, of the surest windows of each decision: row of `test` -> body."""
    order = np.argsort(scores, kind="stable")
    alarmed = scores >= threshold
    rows = [*order[alarmed[order]][-GOLDEN_PER_CLASS:], *order[~alarmed[order]][:GOLDEN_PER_CLASS]]
    return {int(row): _request(series[test.series[row]], test.time[row]) for row in rows}


def _request(series: Series, time: float) -> bytes:
    end = round(time / STEP_SECONDS) - series.first_step
    readings = []
    for step in range(end - HISTORY_STEPS, end):
        values = {n: float(v) for n, v in zip(CHANNEL_NAMES, series.grid[step], strict=True) if np.isfinite(v)}
        at = datetime.fromtimestamp((step + series.first_step) * STEP_SECONDS, UTC)
        if values:
            readings.append({"timestamp": at.isoformat(), **values})
    return json.dumps({"windows": [{"module_id": series.item.module, "readings": readings}]}).encode()


def _golden(detector: Predictor, body: bytes, score: float) -> GoldenRequest:
    """The answer to the request, which must be the one that the evaluation counted."""
    answer = HazardPrediction.model_validate(detector.predict(body, CONTENT_TYPE)["predictions"][0])
    if abs(answer.hazard_probability - score) > AGREEMENT:
        raise InternalFault(
            f"a window scored {score:.6f} in the evaluation and {answer.hazard_probability:.6f} when served."
        )
    return golden_request(body, CONTENT_TYPE, answer.label, answer.scores)
