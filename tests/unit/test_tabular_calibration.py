"""Probabilities are what they say: against known odds, after subsampling and class weights, and inside the graph."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from scipy.special import expit, logit
from xgboost import XGBClassifier

from inference.tabular.predictor import PROBABILITIES
from stacks.domains.battery.signals import SIGNALS
from training_containers.tabular.calibration import Calibration, fit_calibration
from training_containers.tabular.export import export_onnx
from training_containers.tabular.models import Candidate, hazard_scores
from training_containers.tabular.reliability import Reliability
from training_containers.tabular.threshold import Scored
from training_containers.tabular.windows import Windows

ROWS = 60_000


def truth_of(probability: np.ndarray, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random(len(probability)) < probability


def windows(hazard: np.ndarray) -> Windows:
    rows = len(hazard)
    return Windows(
        features=np.zeros((rows, 1), np.float32),
        lead=np.where(hazard, 300.0, np.inf),
        series=np.arange(rows),
        group=np.zeros(rows, np.int64),
        time=np.zeros(rows),
        faulty=np.zeros(rows, bool),
        horizon=600.0,
        groups=1,
        signals=SIGNALS,
    )


@pytest.mark.parametrize("weight", [1.0, 30.0])
def test_what_class_weights_blow_up_is_taken_back(weight: float) -> None:
    """Scores of a model that counts a hazardous window `weight` times: its odds are that much too high."""
    probability = expit(np.random.default_rng(1).normal(-4, 2, ROWS))
    hazard = truth_of(probability)
    scores = expit(logit(probability) + np.log(weight))
    calibrated = fit_calibration(scores, hazard).apply(scores)
    assert calibrated.sum() == pytest.approx(hazard.sum(), rel=0.01)
    np.testing.assert_allclose(logit(calibrated), logit(probability), atol=0.35)


def test_scores_that_are_too_sure_are_softened() -> None:
    probability = expit(np.random.default_rng(2).normal(-3, 1, ROWS))
    scores = expit(3 * logit(probability) + 4)
    calibrated = fit_calibration(scores, truth_of(probability)).apply(scores)
    assert np.corrcoef(calibrated, probability)[0, 1] > 0.99
    assert np.abs(calibrated - probability).mean() < 0.01


def test_ranks_are_kept_and_ends_stay_finite() -> None:
    scores = np.linspace(0, 1, 1001)
    hazard = truth_of(1 - scores)  # the worst ranking there is
    calibrated = fit_calibration(scores, hazard).apply(scores)
    assert np.isfinite(calibrated).all()
    assert (np.diff(calibrated) >= 0).all()


@pytest.fixture(scope="module")
def overconfident() -> tuple[XGBClassifier, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    features = rng.normal(size=(4000, len(SIGNALS.feature_names))).astype(np.float32)
    hazard = truth_of(expit(2 * features[:, 0] - 3))
    model = XGBClassifier(n_estimators=20, max_depth=3, scale_pos_weight=20.0, n_jobs=1, random_state=0)
    return model.fit(features[:2000], hazard[:2000]), features[2000:], hazard[2000:]


def test_the_graph_answers_calibrated(overconfident: tuple, tmp_path: Path) -> None:
    model, features, hazard = overconfident
    calibration = fit_calibration(hazard_scores(model, features), hazard)
    export_onnx(model, tmp_path / "model.onnx", features, calibration)
    (answer,) = ort.InferenceSession(tmp_path / "model.onnx").run([PROBABILITIES], {"features": features})
    assert answer.shape == (2000, 2)
    np.testing.assert_allclose(answer.sum(axis=1), 1.0, atol=1e-6)
    assert answer[:, 1].mean() == pytest.approx(hazard.mean(), rel=0.02)
    assert hazard_scores(model, features).mean() > 1.5 * hazard.mean()


def test_one_model_is_always_the_same_file(overconfident: tuple, tmp_path: Path) -> None:
    model, features, _ = overconfident
    for name in ("once.onnx", "again.onnx"):
        export_onnx(model, tmp_path / name, features)
    assert (tmp_path / "once.onnx").read_bytes() == (tmp_path / "again.onnx").read_bytes()


@pytest.mark.parametrize("kind", ["logistic_regression", "random_forest"])
def test_other_models_are_calibrated_alike(kind: str, overconfident: tuple, tmp_path: Path) -> None:
    _, features, hazard = overconfident
    estimator = Candidate(kind, kind).build(0).fit(features, hazard)
    calibration = Calibration(0.7, 1.3, -2.0)
    export_onnx(estimator, tmp_path / "model.onnx", features, calibration)
    (answer,) = ort.InferenceSession(tmp_path / "model.onnx").run(None, {"X": features})[-1:]
    np.testing.assert_allclose(answer[:, 1], calibration.apply(hazard_scores(estimator, features)), atol=1e-4)


def test_the_reliability_of_true_probabilities_lies_on_the_line() -> None:
    probability = expit(np.random.default_rng(5).normal(-2, 2, 400_000))
    bins = Reliability.of(Scored(windows(truth_of(probability)), probability))
    assert bins.windows.sum() == 400_000
    many = bins.windows * bins.predicted > 400
    assert many.sum() >= 7
    np.testing.assert_allclose(bins.observed[many], bins.predicted[many], rtol=0.1)


def test_the_reliability_of_halved_probabilities_does_not() -> None:
    probability = expit(np.random.default_rng(5).normal(-2, 2, 400_000))
    bins = Reliability.of(Scored(windows(truth_of(probability)), probability / 2))
    assert (bins.observed > 1.5 * bins.predicted)[1:].all()
