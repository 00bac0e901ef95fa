"""Many devices on one machine.

with Fleet(url, "ads", root_json, folder, count=200) as fleet:
    fleet.enrol(lambda device_id, public_key: ...)
    visits = fleet.update_all(pictures)
"""

import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Self

from clients.device.identity import load_key, make_key, public_part
from clients.device.model import OpenNetwork
from clients.device.tflite import open_tflite
from sandbox.simulators.devices.visit import Order, Visit, visit

PROCESSES = 4
"""Each works for one device at a time: more would measure each other's latency on a machine of two cores."""
CHUNK = 5


class Fleet:
    """`root_json` is the domain's 1.root.json. The devices' folders lie below `folder` and outlive the fleet."""

    def __init__(
        self,
        url: str,
        domain: str,
        root_json: bytes,
        folder: Path,
        count: int = 200,
        *,
        processes: int = PROCESSES,
        open_network: OpenNetwork = open_tflite,
    ) -> None:
        self._url, self._domain, self._root, self._folder = url, domain, root_json, folder
        self.ids = tuple(f"tv-{number:03}" for number in range(1, count + 1))
        self.slow_s: dict[str, float] = {}
        """Device -> seconds that each of its inferences takes longer; change it at any time."""
        self.offline: Collection[str] = frozenset()
        """Devices that reach nobody; change it at any time."""
        self._open_network = open_network
        folder.mkdir(parents=True, exist_ok=True)
        self._processes = ProcessPoolExecutor(
            processes, multiprocessing.get_context("spawn"), initializer=_log_to, initargs=(folder / "fleet.log",)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._processes.shutdown(cancel_futures=True)

    def enrol(self, enrol_one: Callable[[str, str], object]) -> None:
        """Make every device's key, unless it has one, and hand (device id, public key) to whoever enrols."""
        for device_id in self.ids:
            self._set_up(device_id)
            key = self._folder / device_id / "key.pem"
            enrol_one(device_id, public_part(load_key(key) if key.exists() else make_key(key)))

    def update_all(self, pictures: Sequence[bytes] = ()) -> dict[str, Visit]:
        """Every device looks for an update, answers the pictures, and reports."""
        return self._visit_all(pictures, look=True)

    def report(self, pictures: Sequence[bytes] = ()) -> dict[str, Visit]:
        """Every device answers the pictures with what it has, and reports."""
        return self._visit_all(pictures, look=False)

    def _visit_all(self, pictures: Sequence[bytes], look: bool) -> dict[str, Visit]:
        orders = [
            Order(
                config=self._config(device_id),
                look=look,
                pictures=tuple(pictures),
                offline=device_id in self.offline,
                slow_s=self.slow_s.get(device_id, 0.0),
            )
            for device_id in self.ids
        ]
        work = partial(visit, open_network=self._open_network)
        return {found.device_id: found for found in self._processes.map(work, orders, chunksize=CHUNK)}

    def _config(self, device_id: str) -> Path:
        return self._folder / device_id / "device.json"

    def _set_up(self, device_id: str) -> None:
        path = self._config(device_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "root.json").write_bytes(self._root)
        said = {"url": self._url, "domain": self._domain, "device_id": device_id}
        path.write_text(json.dumps(said | {"key": "key.pem", "root": "root.json", "folder": "data"}))


def _log_to(file: Path) -> None:
    """What the interpreter's own code writes to standard error, a line a device and start, would drown the rest."""
    with file.open("ab") as log:
        os.dup2(log.fileno(), sys.stderr.fileno())
