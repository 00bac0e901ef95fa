"""One simulated device, switched on for as long as it takes to look, to answer pictures and to report."""

import logging
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from clients.device.config import Config, read_config
from clients.device.device import Device, opened
from clients.device.errors import DeviceError, UpdateFault
from clients.device.model import Network, OpenNetwork, Pixels
from clients.device.tflite import open_tflite
from clients.device.updater import Look

NOBODY = "http://127.0.0.1:9"
"""The discard port, where nothing listens: a network that does not answer."""


@dataclass(frozen=True)
class Order:
    """What a device does in a visit, and what is wrong with it."""

    config: Path
    look: bool = True
    pictures: tuple[bytes, ...] = ()
    offline: bool = False
    slow_s: float = 0.0
    """Added to each of its inferences."""


@dataclass(frozen=True)
class Visit:
    """What came of it."""

    device_id: str
    serving: str | None = None
    look: Look | None = None
    answers: dict[str, int] = field(default_factory=dict)
    """Label -> pictures."""
    failed: int = 0
    """Pictures without an answer."""
    refused: dict[str, str] = field(default_factory=dict)
    """Release -> why."""
    fault: str = ""
    """Why the reports wait."""
    seconds: float = 0.0


def visit(order: Order, open_network: OpenNetwork = open_tflite) -> Visit:
    """Runs in a process of the fleet."""
    logging.getLogger("clients.device").setLevel(logging.ERROR)  # hundreds of devices tell what one would
    config = read_config(order.config)
    if order.offline:
        config = config.model_copy(update={"url": NOBODY})
    began = time.perf_counter()
    slowed = _slowed(open_network, order.slow_s) if order.slow_s else open_network
    pause = (lambda seconds: None) if order.offline else time.sleep
    try:
        with opened(config, slowed, sleep=pause) as device:
            return _visited(device, config, order, began)
    except DeviceError as error:
        return Visit(config.device_id, fault=str(error), seconds=time.perf_counter() - began)


def _visited(device: Device, config: Config, order: Order, began: float) -> Visit:
    look = device.updater.look() if order.look else None
    answers, failed = _answers(device, order.pictures)
    device.write_report()
    fault = ""
    try:
        device.deliver_reports()
    except UpdateFault as error:
        fault = str(error)
    return Visit(
        device_id=config.device_id,
        serving=device.runner.serving,
        look=look,
        answers=answers,
        failed=failed,
        refused={one.release: one.why for one in device.store.refusals()},
        fault=fault,
        seconds=time.perf_counter() - began,
    )


def _answers(device: Device, pictures: Sequence[bytes]) -> tuple[dict[str, int], int]:
    labels: Counter[str] = Counter()
    for picture in pictures:
        with suppress(DeviceError):
            labels[device.runner.predict(picture)["label"]] += 1
    return dict(labels), len(pictures) - labels.total()


def _slowed(open_network: OpenNetwork, seconds: float) -> OpenNetwork:
    def open_slowed(path: Path) -> Network:
        network = open_network(path)

        def answer(pixels: Pixels):
            time.sleep(seconds)
            return network(pixels)

        return answer

    return open_slowed
