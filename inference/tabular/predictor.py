"""Serves tabular detection: recent windows of readings in, hazard probabilities and decisions with reasons out."""

from pathlib import Path
from typing import Any, Self

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from pydantic import Field, model_validator

from inference.captured import captured
from inference.contracts import PackageManifest
from inference.contracts.base import Contract
from inference.contracts.tasks.tabular import LeadTimeBand, prediction_model, probability_field
from inference.contracts.telemetry import Signals
from inference.errors import PackageError
from inference.onnx_session import open_model
from inference.package import input_of, threshold_of
from inference.tabular.explanation import Explainer
from inference.tabular.features import Preparation, series_features
from inference.tabular.input import Window, WindowReader

PROBABILITIES = "probabilities"


class BandFrom(Contract):
    """The band of answers whose hazard probability is at least `probability`."""

    probability: float = Field(ge=0, le=1)
    band: LeadTimeBand


class TabularInput(Contract):
    """The input contract in a package's manifest."""

    signals: Signals
    features: tuple[str, ...] = Field(description="in the order of the graph's input")
    horizon_s: int
    preparation: Preparation
    lead_time: tuple[BandFrom, ...] = Field(default=(), description="rising probability")

    @model_validator(mode="after")
    def _ours(self) -> Self:
        if self.features != self.signals.feature_names:
            raise ValueError("it was trained on other features than this image computes of its signals")
        channels, features = len(self.signals.channels), len(self.features)
        lengths = (len(self.preparation.low), len(self.preparation.high), len(self.preparation.typical))
        if lengths != (channels, channels, features):
            raise ValueError(f"the preparation has {lengths} limits and typical values")
        return self


class HazardDetector:
    """A loaded model. `graph` maps features (n, features) to probabilities (n, 2) in the order of the classes."""

    def __init__(self, graph: ort.InferenceSession, contract: TabularInput, threshold: float) -> None:
        self._graph = graph
        self._input_name = graph.get_inputs()[0].name
        self.contract = contract
        self.signals = contract.signals
        self.threshold = threshold
        self._reader = WindowReader(contract.signals)
        self._explainer = Explainer(contract.signals, contract.preparation)
        self._prediction = prediction_model(contract.signals)

    def predict(self, body: bytes, content_type: str) -> dict[str, Any]:
        """Answer with `predictions` as JSON, one a window.

        Raises:
            BadRequest: the body is no request, or a window cannot be judged.
        """
        windows = self._reader.read(body)
        last = np.array([self.signals.history_steps - 1])
        features = np.concatenate([self.features(window.grid(self.signals), last) for window in windows])
        probabilities = self.probabilities(features).tolist()
        told = captured(features).tolist()
        answers = [
            self._answer(window, row, probability, dict(zip(self.contract.features, values, strict=True)))
            for window, row, probability, values in zip(windows, features, probabilities, told, strict=True)
        ]
        return {"predictions": answers}

    def features(self, grid: NDArray[np.float64], ends: NDArray[np.int64]) -> NDArray[np.float32]:
        """Features of the windows of an entity's grid that end at steps `ends`; see `series_features`."""
        return series_features(grid, ends, self.contract.preparation, self.signals)

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Hazard probability of each row."""
        (answer,) = self._graph.run([PROBABILITIES], {self._input_name: features})
        return answer[:, 1]

    def _answer(
        self, window: Window, row: NDArray[np.float32], probability: float, features: dict[str, float]
    ) -> dict[str, Any]:
        alarmed = probability >= self.threshold
        answer = {
            self.signals.entity_id: window.entity_id,
            "at": window.at,
            "label": self.signals.classes[alarmed],
            "scores": dict(zip(self.signals.classes, (1 - probability, probability), strict=True)),
            probability_field(self.signals): probability,
            "lead_time": self._band(probability) if alarmed else None,
            "top_features": self._explainer.explain(row, self.probabilities) if alarmed else (),
            "features": features,
        }
        return self._prediction.model_validate(answer).model_dump(mode="json")

    def _band(self, probability: float) -> LeadTimeBand | None:
        fitting = [entry.band for entry in self.contract.lead_time if entry.probability <= probability]
        return fitting[-1] if fitting else None


def load(directory: Path, manifest: PackageManifest) -> HazardDetector:
    """Open the package's graph.

    Raises:
        PackageError: the input contract, the threshold or the graph does not fit this code.
    """
    contract = input_of(manifest, TabularInput)
    signals = contract.signals
    threshold = threshold_of(manifest, *signals.classes)
    graph = open_model(directory)
    if PROBABILITIES not in [output.name for output in graph.get_outputs()]:
        raise PackageError(f"model.onnx has no output '{PROBABILITIES}'.")
    return HazardDetector(graph, contract, threshold)
