"""An installed release, loaded: the bytes of a picture in, an answer as the cloud's endpoint gives it out."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from clients.device.bundle import read_edge_model
from clients.device.errors import ModelFailed, Refused
from inference.contracts.edge import EDGE_FILE, EDGE_GOLDEN
from inference.contracts.package import GoldenRequest
from inference.contracts.tasks.image_classification import ClassPrediction, ImageClassification
from inference.image_classification.input import ImageInput, decode, to_input

Pixels = NDArray[np.float32]
Network = Callable[[Pixels], NDArray[np.float32]]
"""(1, size, size, 3) of pixels 0 to 255 -> (1, classes); may raise anything."""
OpenNetwork = Callable[[Path], Network]
TASK = ImageClassification()


@dataclass(frozen=True)
class Answer:
    prediction: ClassPrediction
    ms: float
    """Of the network, without the picture's decoding: that depends on the camera, not on the release."""


class Model:
    """One release. Threads may share it; they take turns."""

    def __init__(
        self, release: str, classes: tuple[str, ...], contract: ImageInput, network: Network, slow_ms: float
    ) -> None:
        self.release, self.slow_ms = release, slow_ms
        self._classes, self._contract, self._network = classes, contract, network
        self._turn = threading.Lock()

    def answer(self, body: bytes) -> Answer:
        """Raises BadRequest for a picture that is none, ModelFailed for whatever the network does."""
        pixels = to_input(decode(body, self._contract.size), self._contract)[None].astype(np.float32)
        with self._turn:
            before = time.perf_counter()
            try:
                scores = np.asarray(self._network(pixels), dtype=np.float64)
            except Exception as error:
                raise ModelFailed(f"{self.release} failed: {type(error).__name__}: {error}"[:300]) from error
            ms = 1000 * (time.perf_counter() - before)
        if scores.shape != (1, len(self._classes)) or not np.isfinite(scores).all():
            raise ModelFailed(f"{self.release} answered {scores!r}, no score for each of {self._classes}"[:300])
        found = dict(zip(self._classes, np.clip(scores[0], 0, 1).tolist(), strict=True))
        label = max(found, key=lambda name: found[name])
        return Answer(ClassPrediction(label=label, confidence=found[label], scores=found), ms)


def load(folder: Path, release: str, domain: str, open_network: OpenNetwork) -> Model:
    """A release of a folder, its files verified. Raises Refused."""
    edge = read_edge_model(folder, domain)
    if edge.task != TASK.name:
        raise Refused(f"the model's task is {edge.task!r}; devices run {TASK.name!r}")
    try:
        contract = ImageInput.model_validate(edge.input)
        network = open_network(folder / EDGE_FILE)
    except Exception as error:  # an interpreter's reasons to refuse a file have no common class
        raise Refused(f"the model does not open here: {type(error).__name__}: {error}"[:300]) from error
    return Model(release, edge.classes, contract, network, edge.slow_ms)


def read_golden(folder: Path) -> list[GoldenRequest]:
    """Raises Refused."""
    try:
        lines = (folder / EDGE_GOLDEN).read_bytes().splitlines()
        golden = [GoldenRequest.model_validate_json(line) for line in lines if line.strip()]
    except ValidationError as error:
        raise Refused(f"{EDGE_GOLDEN} is not understood: {error.errors()[0]['msg']}") from None
    if not golden:
        raise Refused(f"{EDGE_GOLDEN} has no request; a release is taken only after it has answered some")
    return golden
