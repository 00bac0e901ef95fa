"""An installed release, loaded: the bytes of a picture in, an answer as the cloud's endpoint gives it out."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from clients.device.bundle import read_edge_model
from clients.device.errors import ModelFailed, Refused
from clients.device.tasks import DEVICE_TASKS, DeviceTask, Outputs
from inference.contracts.edge import EDGE_FILE, EDGE_GOLDEN, EdgeModel
from inference.contracts.package import GoldenRequest
from inference.image_classification.input import ImageInput, decode_sized, to_input

Pixels = NDArray[np.float32]
Network = Callable[[Pixels], Outputs]
"""(1, size, size, 3) of pixels 0 to 255 -> what its task's files answer; may raise anything."""
OpenNetwork = Callable[[Path], Network]


@dataclass(frozen=True)
class Answer:
    whole: dict[str, Any]
    """As golden requests have it."""
    told: dict[str, Any]
    """As callers get it."""
    confidence: float
    ms: float
    """Of the network and what its outputs mean, without the picture's decoding: that depends on the camera."""


class Model:
    """One release. Threads may share it; they take turns."""

    def __init__(self, release: str, edge: EdgeModel, contract: ImageInput, network: Network, does: DeviceTask) -> None:
        self.release, self.slow_ms, self.task = release, edge.slow_ms, does.task
        self._edge, self._contract, self._network, self._does = edge, contract, network, does
        self._turn = threading.Lock()

    def answer(self, body: bytes) -> Answer:
        """Raises BadRequest for a picture that is none, ModelFailed for whatever the network does."""
        decoded = decode_sized(body, self._contract.size)
        pixels = to_input(decoded.picture, self._contract)[None].astype(np.float32)
        with self._turn:
            before = time.perf_counter()
            try:
                whole = self._does.answer(self._network(pixels), decoded, self._edge)
            except Exception as error:
                raise ModelFailed(f"{self.release} failed: {type(error).__name__}: {error}"[:300]) from error
            ms = 1000 * (time.perf_counter() - before)
        return Answer(whole, self.task.for_caller(whole), self._does.confidence(whole), ms)


def load(folder: Path, release: str, domain: str, open_network: OpenNetwork) -> Model:
    """A release of a folder, its files verified. Raises Refused."""
    edge = read_edge_model(folder, domain)
    does = DEVICE_TASKS.get(edge.task)
    if does is None:
        raise Refused(f"the model's task is {edge.task!r}; devices run {', '.join(DEVICE_TASKS)}")
    if edge.thresholds.keys() != does.thresholds:
        raise Refused(f"the model has the thresholds {edge.thresholds}; {edge.task} has {sorted(does.thresholds)}")
    try:
        contract = ImageInput.model_validate(edge.input)
        network = open_network(folder / EDGE_FILE)
    except Exception as error:  # an interpreter's reasons to refuse a file have no common class
        raise Refused(f"the model does not open here: {type(error).__name__}: {error}"[:300]) from error
    return Model(release, edge, contract, network, does)


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
