"""Serves tabular detection: recent windows of modules in, hazard probabilities and decisions with their reasons out."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from pydantic import Field, ValidationError, model_validator

from inference.contracts import PackageManifest
from inference.contracts.base import Contract
from inference.contracts.tasks.tabular import HazardPrediction, HazardPredictions, LeadTimeBand
from inference.contracts.telemetry import CHANNEL_NAMES, CLASSES, HAZARD, HEALTHY, HISTORY_STEPS, HORIZON_SECONDS
from inference.errors import PackageError
from inference.tabular.explanation import explain
from inference.tabular.features import FEATURE_NAMES, Preparation, captured, series_features
from inference.tabular.input import Window, parse_windows

PROBABILITIES = "probabilities"


class BandFrom(Contract):
    """The band of answers whose hazard probability is at least `probability`."""

    probability: float = Field(ge=0, le=1)
    band: LeadTimeBand


class TabularInput(Contract):
    """The input contract in a package's manifest."""

    channels: tuple[str, ...] = CHANNEL_NAMES
    features: tuple[str, ...] = FEATURE_NAMES
    horizon_s: int = HORIZON_SECONDS
    preparation: Preparation
    lead_time: tuple[BandFrom, ...] = Field(default=(), description="rising probability")

    @model_validator(mode="after")
    def _ours(self) -> "TabularInput":
        if self.channels != CHANNEL_NAMES or self.features != FEATURE_NAMES:
            raise ValueError("it was trained on other channels or features than this image computes")
        lengths = (len(self.preparation.low), len(self.preparation.high), len(self.preparation.typical))
        if lengths != (len(CHANNEL_NAMES), len(CHANNEL_NAMES), len(FEATURE_NAMES)):
            raise ValueError(f"the preparation has {lengths} limits and typical values")
        return self


class HazardDetector:
    """A loaded model. `graph` maps features (n, features) to probabilities (n, 2): healthy, hazard."""

    def __init__(self, graph: ort.InferenceSession, contract: TabularInput, threshold: float) -> None:
        self._graph = graph
        self._input_name = graph.get_inputs()[0].name
        self.contract = contract
        self.threshold = threshold

    def predict(self, body: bytes, content_type: str) -> dict[str, Any]:
        """Answer with `HazardPredictions` as JSON.

        Raises:
            BadRequest: the body is no request, or a window cannot be judged.
        """
        windows = parse_windows(body)
        last = np.array([HISTORY_STEPS - 1])
        features = np.concatenate([self.features(window.grid(), last) for window in windows])
        probabilities = self.probabilities(features)
        answers = [
            self._answer(window, row, float(probability), dict(zip(FEATURE_NAMES, values, strict=True)))
            for window, row, probability, values in zip(
                windows, features, probabilities, captured(features).tolist(), strict=True
            )
        ]
        return HazardPredictions(predictions=tuple(answers)).model_dump(mode="json")

    def features(self, grid: NDArray[np.float64], ends: NDArray[np.int64]) -> NDArray[np.float32]:
        """Features of the windows of a module's grid that end at steps `ends`; see `series_features`."""
        return series_features(grid, ends, self.contract.preparation)

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Hazard probability of each row."""
        (answer,) = self._graph.run([PROBABILITIES], {self._input_name: features})
        return answer[:, CLASSES.index(HAZARD)]

    def _answer(
        self, window: Window, row: NDArray[np.float32], probability: float, features: dict[str, float]
    ) -> HazardPrediction:
        alarmed = probability >= self.threshold
        return HazardPrediction(
            module_id=window.module_id,
            at=window.at,
            label=HAZARD if alarmed else HEALTHY,
            scores={HEALTHY: 1 - probability, HAZARD: probability},
            hazard_probability=probability,
            lead_time=self._band(probability) if alarmed else None,
            top_features=explain(row, self.probabilities, self.contract.preparation) if alarmed else (),
            features=features,
        )

    def _band(self, probability: float) -> LeadTimeBand | None:
        fitting = [entry.band for entry in self.contract.lead_time if entry.probability <= probability]
        return fitting[-1] if fitting else None


def load(directory: Path, manifest: PackageManifest) -> HazardDetector:
    """Open `model.onnx` with one thread: requests run beside each other, each on its own core.

    Raises:
        PackageError: the input contract, the threshold or the graph does not fit this code.
    """
    try:
        contract = TabularInput.model_validate(manifest.input)
    except ValidationError as error:
        raise PackageError(f"manifest.json has an input contract this image does not know: {error}") from error
    if manifest.classes != CLASSES or HAZARD not in manifest.thresholds:
        raise PackageError(
            f"manifest.json must have the classes {CLASSES} and a threshold for '{HAZARD}'; "
            f"it has {manifest.classes} and {manifest.thresholds}."
        )
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    try:
        graph = ort.InferenceSession(directory / "model.onnx", options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime has no common base for its errors
        raise PackageError(f"model.onnx cannot be loaded: {error}") from error
    if PROBABILITIES not in [output.name for output in graph.get_outputs()]:
        raise PackageError(f"model.onnx has no output '{PROBABILITIES}'.")
    return HazardDetector(graph, contract, manifest.thresholds[HAZARD])
