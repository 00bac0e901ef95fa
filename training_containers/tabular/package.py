"""Evaluates the best model through the serving code, and writes the model package."""

import json
from dataclasses import dataclass

import numpy as np
from sklearn.base import BaseEstimator

from inference.contracts import PackageManifest, Split
from inference.contracts.telemetry import CLASSES, HAZARD, HORIZON_SECONDS
from inference.tabular.features import Preparation
from inference.tabular.predictor import HazardDetector, TabularInput
from training_containers.contract import InternalFault, OptMl
from training_containers.packaging import (
    Champion,
    PackageDraft,
    emptied,
    write_package,
)
from training_containers.tabular.baseline import baseline_of
from training_containers.tabular.calibration import Calibration
from training_containers.tabular.data import Dataset
from training_containers.tabular.evaluation import TASK, Measured, evaluate, measure_champion
from training_containers.tabular.export import export_onnx
from training_containers.tabular.golden import golden_answer, requests_for
from training_containers.tabular.importance import channel_importance
from training_containers.tabular.lead_time import lead_time_bands
from training_containers.tabular.references import ThresholdRule
from training_containers.tabular.sampling import Sample
from training_containers.tabular.threshold import OperatingPoint, Scored
from training_containers.tabular.windows import make_windows

LIBRARIES = ("numpy", "onnx", "onnxruntime", "pandas", "scikit-learn", "skl2onnx", "onnxmltools", "xgboost")


@dataclass(frozen=True)
class Trained:
    """The best model and what was learned beside it."""

    estimator: BaseEstimator
    calibration: Calibration
    preparation: Preparation
    point: OperatingPoint
    held_out: list[Scored]
    validation: Sample
    rule: ThresholdRule


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
    export_onnx(trained.estimator, directory / "model.onnx", trained.validation.features[:500], trained.calibration)
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
    evaluation = evaluate(
        Measured(detector, test, scores, tuple(requests.values()), directory),
        dataset.summary.version,
        trained.rule,
        None if champion is None else measure_champion(champion, series),
    )
    validation = make_windows(dataset.of(Split.VALIDATION), detector.features, HORIZON_SECONDS)
    baseline = baseline_of(detector, np.concatenate([validation.features, test.features]))
    golden = [golden_answer(detector, body, scores[row]) for row, body in requests.items()]
    return write_package(directory, draft, evaluation=evaluation, baseline=baseline, golden=golden)
