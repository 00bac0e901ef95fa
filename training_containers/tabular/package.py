"""What a hazard detector's package holds and shows: a calibrated ONNX model, judged by its alarms."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator

from inference.contracts import Baseline, Evaluation, GoldenRequest, Split
from inference.tabular.features import Preparation
from inference.tabular.predictor import HazardDetector, TabularInput
from training_containers.packaging import Champion, PackageDraft, Packager
from training_containers.tabular.baseline import baseline_of
from training_containers.tabular.calibration import Calibration
from training_containers.tabular.data import Dataset
from training_containers.tabular.evaluation import TASK, evaluate, measure_champion
from training_containers.tabular.export import export_onnx
from training_containers.tabular.golden import CONTENT_TYPE, golden_answer, requests_for
from training_containers.tabular.importance import channel_importance
from training_containers.tabular.lead_time import lead_time_bands
from training_containers.tabular.references import ThresholdRule
from training_containers.tabular.sampling import Sample
from training_containers.tabular.threshold import OperatingPoint, Scored
from training_containers.tabular.windows import make_windows

LIBRARIES = ("numpy", "onnx", "onnxruntime", "pandas", "scikit-learn", "skl2onnx", "onnxmltools", "xgboost")


@dataclass(frozen=True, kw_only=True)
class HazardPackager(Packager[HazardDetector, Scored]):
    """The best model and what was learned beside it. Held-out windows are judged at the domain's own horizon."""

    dataset: Dataset
    estimator: BaseEstimator
    calibration: Calibration
    preparation: Preparation
    point: OperatingPoint
    held_out: list[Scored]
    validation: Sample
    rule: ThresholdRule
    horizon: float
    """What the model was trained with."""
    seed: int
    kind = HazardDetector

    def export(self, directory: Path) -> PackageDraft:
        export_onnx(self.estimator, directory / "model.onnx", self.validation.features[:500], self.calibration)
        signals = self.dataset.signals
        contract = TabularInput(
            signals=signals,
            features=signals.feature_names,
            horizon_s=int(self.horizon),
            preparation=self.preparation,
            lead_time=lead_time_bands(self.held_out, self.point.threshold),
        )
        return PackageDraft(
            domain=self.dataset.summary.domain,
            task=TASK,
            classes=signals.classes,
            input=contract.model_dump(mode="json"),
            dataset_version=self.dataset.summary.version,
            libraries=LIBRARIES,
            thresholds={signals.hazard: self.point.threshold},
        )

    def add_files(self, predictor: HazardDetector, directory: Path) -> None:
        importance = channel_importance(predictor, self.validation, self.seed)
        (directory / "importance.json").write_text(json.dumps(importance, indent=1) + "\n", encoding="utf-8")

    def answers(self, predictor: HazardDetector, split: Split) -> Scored:
        signals = self.dataset.signals
        windows = make_windows(self.dataset.of(split), predictor.features, signals.horizon_s, signals)
        return Scored(windows, predictor.probabilities(windows.features).astype(np.float64))

    def evaluate(
        self, predictor: HazardDetector, test: Scored, champion: Champion[HazardDetector] | None
    ) -> Evaluation:
        series, signals = self.dataset.of(Split.TEST), self.dataset.signals
        compared = None if champion is None else measure_champion(champion, series, signals)
        return evaluate(predictor, test, self.dataset.summary.version, self.rule, compared)

    def timed(self, predictor: HazardDetector, test: Scored) -> list[tuple[bytes, str]]:
        return [(body, CONTENT_TYPE) for body in self._requests(predictor, test).values()]

    def baseline(self, predictor: HazardDetector, validation: Scored, test: Scored) -> Baseline:
        return baseline_of(predictor, np.concatenate([validation.windows.features, test.windows.features]))

    def golden(self, predictor: HazardDetector, test: Scored) -> list[GoldenRequest]:
        requests = self._requests(predictor, test)
        return [golden_answer(predictor, body, test.scores[row]) for row, body in requests.items()]

    def _requests(self, predictor: HazardDetector, test: Scored) -> dict[int, bytes]:
        return requests_for(self.dataset.of(Split.TEST), test.windows, test.scores, predictor.threshold)
