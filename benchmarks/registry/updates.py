"""A real device client against the real functions over HTTP on loopback: an update, and looks that find nothing new."""

import io
import statistics
import tempfile
import time
from collections import Counter
from contextlib import redirect_stdout
from http.server import BaseHTTPRequestHandler
from io import BufferedIOBase
from pathlib import Path
from typing import Any

from benchmarks.registry.cloud import publish
from clients.device.device import Device
from clients.device.identity import load_key
from tests.device.cloud import Cloud
from tests.device.conftest import enrol
from tests.device.signed import SignedRepository
from tests.device.test_cloud_functions import functions
from tests.device.toys import bundle, picture

TIMES = 3
MEGABYTES = (4, 13)


class Counted:
    """What a server writes, counted."""

    def __init__(self, file: BufferedIOBase) -> None:
        self._file, self.bytes = file, 0

    def write(self, data: bytes) -> int:
        self.bytes += len(data)
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class Traffic:
    """Requests by kind, and bytes either way, HTTP's headers with them; TLS and what AWS adds to headers are not."""

    def __init__(self, cloud: Cloud) -> None:
        self.requests: Counter[str] = Counter()
        self.up = 0
        self._files: list[Counted] = []
        self._answer = functions(cloud)

    @property
    def down(self) -> int:
        return sum(file.bytes for file in self._files)

    def __call__(self, handler: BaseHTTPRequestHandler) -> bool:
        if not isinstance(handler.wfile, Counted):
            handler.wfile = Counted(handler.wfile)  # type: ignore[assignment]
            self._files.append(handler.wfile)  # type: ignore[arg-type]
        self.requests["S3" if "/api/" not in handler.path else "API"] += 1
        body = handler.body if handler.command == "POST" else b""  # type: ignore[attr-defined]
        self.up += len(handler.raw_requestline) + len(bytes(handler.headers)) + len(body)
        return self._answer(handler)


def measure(enrol_in_cloud: Any) -> dict[str, Any]:
    """`enrol_in_cloud(device, key)`: makes it one of the devices table's."""
    with redirect_stdout(io.StringIO()):  # metrics of reports
        return {
            f"{size} MB": median([once(size, number, enrol_in_cloud) for number in range(TIMES)]) for size in MEGABYTES
        }


def once(megabytes: int, number: int, enrol_in_cloud: Any) -> dict[str, dict[str, float]]:
    cloud = Cloud(SignedRepository())
    try:
        traffic = Traffic(cloud)
        cloud.faults[""] = traffic
        device_id = f"bench-{megabytes}-{number}"
        cloud.repository.release(f"r{megabytes}{number}", bundle(padding=megabytes * 1_000_000))
        publish(cloud.repository)
        with tempfile.TemporaryDirectory() as folder:
            enrolled = enrol(Path(folder), cloud, device_id)
            enrol_in_cloud(device_id, load_key(enrolled.config.key))
            with enrolled.open() as device:
                found = {"first update": watched(traffic, lambda: _look(device, "updated"))}
                found["look without news"] = watched(traffic, lambda: _look(device, "up to date"))
                device.runner.predict(picture())
                found["report"] = watched(traffic, lambda: _report(device))
        return found
    finally:
        cloud.close()


def _look(device: Device, state: str) -> None:
    found = device.updater.look()
    if found.state != state:
        raise RuntimeError(f"the look ended as {found}, not {state}")


def _report(device: Device) -> None:
    device.write_report()
    if device.deliver_reports() != 1:
        raise RuntimeError("the report was not taken")


def watched(traffic: Traffic, work: Any) -> dict[str, float]:
    """The processor's seconds are this thread's: the device's. The server's threads have their own."""
    before = traffic.requests.copy(), traffic.up, traffic.down
    cpu, wall = time.thread_time(), time.perf_counter()
    work()
    return {
        "cpu_s": time.thread_time() - cpu,
        "wall_s": time.perf_counter() - wall,
        "api_requests": traffic.requests["API"] - before[0]["API"],
        "s3_requests": traffic.requests["S3"] - before[0]["S3"],
        "bytes_up": traffic.up - before[1],
        "bytes_down": traffic.down - before[2],
    }


def median(runs: list[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    return {
        what: {name: round(statistics.median(run[what][name] for run in runs), 4) for name in values}
        for what, values in runs[0].items()
    }
