"""Scores of trained members, through their ONNX files as serving runs them."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.onnx_session import one_thread
from training_containers.ensemble.models.member import OUTPUT, Reads

TOGETHER = 128
"""Decisions a run of the graph: what lies between its layers stays in the processor's cache, which halves the time."""


class OnnxMember:
    """One trained member."""

    def __init__(self, path: Path, reads: Reads) -> None:
        self._session = one_thread(path)
        self._reads = reads

    def scores(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """(n,); higher is more hazardous, on the member's own scale."""
        found = [
            self._session.run([OUTPUT], {self._reads: inputs[start : start + TOGETHER]})[0].reshape(-1)
            for start in range(0, len(inputs), TOGETHER)
        ]
        return np.concatenate(found).astype(np.float64)
