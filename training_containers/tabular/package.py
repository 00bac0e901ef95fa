"""Evaluates the best model through the serving code, and writes the model package."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator

from inference.contracts import ChampionEvaluation, Evaluation, PackageManifest, Split
from inference.contracts.telemetry import CHANNEL_NAMES, CLASSES, HAZARD, HEALTHY, HORIZON_SECONDS
from inference.tabular import HazardDetector, TabularInput
from inference.tabular_features import FEATURE_NAMES, Preparation
from training_containers.contract import InternalFault, OptMl
from training_containers.packaging import (
    Champion,
    PackageDraft,
    classification_metrics,
    emptied,
    make_baseline,
    measure_latency,
    size_mb,
    write_package,
)
from training_containers.tabular.data import Dataset, Series
from training_containers.tabular.export import export_onnx
from training_containers.tabular.golden import CONTENT_TYPE, golden_answer, requests_for
from training_containers.tabular.importance import channel_importance
from training_containers.tabular.lead_time import lead_time_bands
from training_containers.tabular.metrics import Judged, judge
from training_containers.tabular.references import dummy_metrics, threshold_rule_metrics
from training_containers.tabular.sampling import Sample
from training_containers.tabular.threshold import OperatingPoint, Scored
from training_containers.tabular.windows import Windows, make_windows

TASK = "tabular"
LIBRARIES = ("numpy", "onnx", "onnxruntime", "pandas", "scikit-learn", "skl2onnx", "onnxmltools", "xgboost-cpu")
LATENCY_WINDOWS = 50


@dataclass(frozen=True)
class Trained:
    """The best model and what was learned beside it."""

    estimator: BaseEstimator
    preparation: Preparation
    point: OperatingPoint
    held_out: list[Scored]
    validation: Sample


def package(
    opt_ml: OptMl,
    dataset: Dataset,
    trained: Trained,
    champion: Champion[HazardDetector] | None,
    horizon: float,
    seed: int,
) -> PackageManifest:
    """Leave a verified package in the model folder."""
    directory = emptied(opt_ml.model)
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
    test = make_windows(series, detector.features, HORIZON_SECONDS)
    scores = detector.probabilities(test.features).astype(np.float64)
    requests = requests_for(series, test, scores, detector.threshold)
    evaluation = _evaluate(dataset, detector, directory, test, scores, requests, champion)
    baseline = make_baseline(
        labels=np.where(scores >= detector.threshold, HAZARD, HEALTHY).tolist(),
        scores={HEALTHY: 1 - scores, HAZARD: scores},
        features={name: test.features[:, FEATURE_NAMES.index(f"{name}:mean_1m")] for name in CHANNEL_NAMES},
    )
    golden = [golden_answer(detector, body, scores[row]) for row, body in requests.items()]
    return write_package(directory, draft, evaluation=evaluation, baseline=baseline, golden=golden)


def _evaluate(
    dataset: Dataset,
    detector: HazardDetector,
    directory: Path,
    test: Windows,
    scores: np.ndarray,
    requests: dict[int, bytes],
    champion: Champion[HazardDetector] | None,
) -> Evaluation:
    truth = np.where(test.hazard, HAZARD, HEALTHY).tolist()
    answers = np.where(scores >= detector.threshold, HAZARD, HEALTHY).tolist()
    judged = judge(test, scores, detector.threshold)
    by_window = classification_metrics(truth, answers, CLASSES)
    bodies = [(body, CONTENT_TYPE) for body in requests.values()]
    return Evaluation(
        task=TASK,
        dataset_version=dataset.summary.version,
        test_items=len(test.lead),
        metrics={
            **judged.metrics(),
            **measure_latency(detector, bodies[:LATENCY_WINDOWS]),
            "size_mb": size_mb(directory),
        },
        intervals=judged.intervals(),
        per_class=by_window.per_class,
        confusion=by_window.confusion,
        dummy=dummy_metrics(test),
        references={"threshold_rule": threshold_rule_metrics(test, detector.contract.preparation)},
        champion=None if champion is None else _evaluate_champion(champion, dataset.of(Split.TEST), judged),
    )


def _evaluate_champion(
    champion: Champion[HazardDetector], series: Sequence[Series], challenger: Judged
) -> ChampionEvaluation:
    """With the champion's own preparation and threshold."""
    windows = make_windows(series, champion.predictor.features, HORIZON_SECONDS)
    scores = champion.predictor.probabilities(windows.features).astype(np.float64)
    judged = judge(windows, scores, champion.predictor.threshold)
    return ChampionEvaluation(
        model_data_url=champion.model_data_url, metrics=judged.metrics(), differences=challenger.differences(judged)
    )
