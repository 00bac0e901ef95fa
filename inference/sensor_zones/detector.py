"""A loaded ensemble: one graph with an output a member, calibration, and the way that won to combine them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from inference.contracts import PackageManifest
from inference.errors import PackageError
from inference.onnx_session import open_model
from inference.package import input_of, threshold_of
from inference.sensor_zones.package_input import FEATURES, WINDOWS, EnsembleInput


@dataclass(frozen=True)
class Judgement:
    """Of n windows."""

    members: NDArray[np.float64]  # (n, members), calibrated probabilities
    probability: NDArray[np.float64]  # (n,), of the hazard


class Ensemble:
    """Thread-safe: an ONNX Runtime session may run in several threads at once."""

    def __init__(self, graph: ort.InferenceSession, contract: EnsembleInput, threshold: float) -> None:
        self._graph = graph
        self._inputs = {one.name for one in graph.get_inputs()}
        self._outputs = [member.name for member in contract.members]
        self.contract = contract
        self.signals = contract.signals
        self.threshold = threshold

    def judge(self, features: NDArray[np.float32], windows: NDArray[np.float32]) -> Judgement:
        """`features` (n, features) and `windows` (n, window_steps, nodes, channels) of the same decisions."""
        given = {name: value for name, value in ((FEATURES, features), (WINDOWS, windows)) if name in self._inputs}
        scores = [np.asarray(one, np.float64).reshape(-1) for one in self._graph.run(self._outputs, given)]
        calibrated = [
            member.calibration.apply(score) for member, score in zip(self.contract.members, scores, strict=True)
        ]
        members = np.stack(calibrated, axis=1)
        return Judgement(members, np.clip(self.contract.combiner.apply(members), 0.0, 1.0))


def open_ensemble(directory: Path, manifest: PackageManifest) -> Ensemble:
    """Open the package's graph.

    Raises:
        PackageError: the input contract, the threshold or the graph does not fit this code.
    """
    contract = input_of(manifest, EnsembleInput)
    threshold = threshold_of(manifest, contract.signals.calm, contract.signals.hazard)
    graph = open_model(directory)
    missing = {member.name for member in contract.members} - {output.name for output in graph.get_outputs()}
    if missing:
        raise PackageError(f"model.onnx has no output {', '.join(sorted(missing))}.")
    return Ensemble(graph, contract, threshold)
