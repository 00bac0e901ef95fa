"""Simulated devices beside the loop: enrolled through the API, they take updates and report while releases roll out."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from clients.device.model import Network, OpenNetwork, Pixels
from clients.device.tasks import Outputs
from clients.device.tflite import open_tflite
from sandbox.demo.domain import DemoError
from sandbox.demo.fleet_picture import draw
from sandbox.demo.fleet_steps import FleetWatch, faults, summary
from sandbox.demo.report import DomainReport
from sandbox.deployment import ROOT, Deployment
from sandbox.simulators.devices import Fleet, Visit

DEVICES = 200
SLOWER = 2.0
"""A device's processor, in times that of this machine."""
AT_ONCE = 8
REST_S = 1.0
ROUNDS_TO_SETTLE = 5


def open_slower(path: Path) -> Network:
    """The real interpreter, as on a processor that takes `SLOWER` times as long, whatever else this machine does."""
    network = open_tflite(path)

    def answer(pixels: Pixels) -> Outputs:
        began, worked = time.perf_counter(), time.thread_time()
        outputs = network(pixels)
        worked, passed = time.thread_time() - worked, time.perf_counter() - began
        time.sleep(max(0.0, SLOWER * worked - passed))
        return outputs

    return answer


class FleetBeside:
    """Enrols `count` devices, lets them look for updates until the block ends, and reports what each of them ran.

    Devices look again and again while anything changes, and rest while all of them run the champion.
    """

    def __init__(
        self,
        domain: str,
        deployment: Deployment,
        build: Path,
        report: DomainReport,
        pictures: Sequence[bytes],
        count: int = DEVICES,
        open_network: OpenNetwork = open_slower,
    ) -> None:
        self._domain, self._deployment, self._report = domain, deployment, report
        self._folder, self._pictures, self._count = build / domain, pictures, count
        self._open_network = open_network
        self._stopped = threading.Event()
        self._watch = FleetWatch(deployment, domain)
        self._visits: dict[str, Visit] = {}
        self._broken: list[BaseException] = []

    def __enter__(self) -> Self:
        with self._report.timed("enrolment"):
            self._folder.mkdir(parents=True, exist_ok=True)
            root, devices = self._init(), self._folder / "devices"
            shutil.rmtree(devices, ignore_errors=True)
            url = self._deployment.api_url
            self._fleet = Fleet(url, self._domain, root, devices, self._count, open_network=self._open_network)
            self._enrol()
        self._threads = [threading.Thread(target=self._go_on), threading.Thread(target=self._watch.run)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._report.timed("devices"):
            self._stopped.set()
            self._threads[0].join()
            if kind is None:
                self._settle()
            self._watch.stop()
            self._threads[1].join()
            self._fleet.__exit__()
        if kind is None:
            self._tell()

    def _init(self) -> bytes:
        """The root of trust, made as an operator does: its key never leaves this machine."""
        root = (self._folder / "root.json").resolve()
        root.unlink(missing_ok=True)  # of an earlier demo, whose cloud is gone
        command = [sys.executable, "-m", "clients.operator", "devices", "init", self._domain]
        command += ["--key", str(root.with_name("root-key.pem")), "--out", str(root), "--no-passphrase"]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | self._deployment.aws_variables,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise DemoError(f"{self._domain}: {' '.join(command[2:])} failed: {done.stderr.strip()[-500:]}")
        return root.read_bytes()

    def _enrol(self) -> None:
        keys: dict[str, str] = {}
        self._fleet.enrol(keys.__setitem__)
        client = self._deployment.predict_client()

        def one(device: tuple[str, str]) -> None:
            body = json.dumps(dict(zip(("device_id", "public_key"), device, strict=True))).encode()
            path, headers = f"/api/v1/devices/{self._domain}", {"Content-Type": "application/json"}
            status, answer = client.send("POST", path, body, headers)
            if status != 201:
                raise DemoError(f"{self._domain}: {device[0]} was not enrolled: {status} {answer[:300]!r}")

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(one, keys.items()))

    def _go_on(self) -> None:
        try:
            while not self._stopped.wait(REST_S):
                if not self._settled():
                    self._visits = self._fleet.update_all(self._pictures)
        except BaseException as error:
            self._broken.append(error)

    def _settled(self) -> bool:
        state = self._deployment.releases.read(self._domain)
        if state.challenger is not None and state.percentage:
            return False
        champion = state.champion.release if state.champion is not None else None
        return {visit.serving for visit in self._visits.values()} <= {champion} and (
            champion is None or bool(self._visits)
        )

    def _settle(self) -> None:
        """After the last release every device runs the champion, however many were just trying another one."""
        for _ in range(ROUNDS_TO_SETTLE):
            if self._broken or self._settled():
                return
            self._visits = self._fleet.update_all(self._pictures)

    def _tell(self) -> None:
        for error in self._broken or self._watch.broken:
            self._report.fail(f"the fleet stopped: {error!r}")
        steps = self._watch.steps()
        champion = self._deployment.releases.read(self._domain).champion
        self._report.devices = summary(steps, self._visits, champion.release if champion is not None else None)
        for fault in faults(steps, self._report.devices, self._count):
            self._report.fail(fault)
        if champion is None and not steps:  # the gate refused all, and there is nothing to tell of
            self._report.devices = {}
            return
        picture = self._folder.with_name(f"{self._domain}-devices.png")
        draw(steps, picture)
        self._report.devices["picture"] = str(picture)
