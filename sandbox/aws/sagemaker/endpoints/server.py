"""The serving process of one model, restarted after a crash."""

import contextlib
import io
import shutil
import subprocess
import tarfile
import threading
import time
import uuid
from collections.abc import Mapping
from typing import NamedTuple

import urllib3

from sandbox.aws import images
from sandbox.aws.clients import Aws
from sandbox.aws.processes import free_port, kill_group
from sandbox.aws.sagemaker import container
from sandbox.aws.sagemaker.log_stream import LogStream

# https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
SECONDS_TO_ANSWER = 60
SECONDS_TO_FIRST_PING = 180
_SECONDS_BETWEEN_PINGS = 0.05
_SECONDS_TO_EXIT = 1.0
_CONNECTIONS = 64


class ServerError(Exception):
    """The serving process cannot be started, or does not pass its health check."""


class _Container(NamedTuple):
    """A serving process that answers its health check, and the connections to it."""

    process: subprocess.Popen
    connections: urllib3.HTTPConnectionPool

    @property
    def is_gone(self) -> bool:
        return self.process.poll() is not None

    def exits_soon(self) -> bool:
        """A process that crashes closes its sockets first and is gone a moment later."""
        try:
            self.process.wait(_SECONDS_TO_EXIT)
        except subprocess.TimeoutExpired:
            return False
        return True

    def post(self, body: bytes, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        return self.connections.urlopen("POST", "/invocations", body=body, headers=dict(headers), retries=False)


class ModelServer:
    """One model of one endpoint: `start` it, `ask` it within its `slots`, `stop` it."""

    def __init__(self, aws: Aws, endpoint: str, definition: Mapping, concurrency: int) -> None:
        """`definition` is a ContainerDefinition of CreateModel; `concurrency` is how many requests it takes at once."""
        self.slots = threading.Semaphore(concurrency)
        self._concurrency = concurrency
        self._aws = aws
        self._definition = definition
        self._base = aws.settings.state / "endpoints" / endpoint / uuid.uuid4().hex[:8]
        self._log = LogStream(aws, f"/aws/sagemaker/Endpoints/{endpoint}", f"AllTraffic/{self._base.name}")
        self._changing = threading.Lock()
        self._container: _Container | None = None

    def start(self) -> None:
        """Unpack the model, start the process, and return when it answers its health check. Raises ServerError."""
        with self._changing:
            try:
                self._unpack()
            except (tarfile.TarError, OSError, ValueError) as error:
                raise ServerError(f"model data {self._definition['ModelDataUrl']}: {error}") from error
            self._container = self._launch()

    def ask(self, body: bytes, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        """The container's answer to one invocation, after a cold start if its process is gone.

        Raises ServerError when it cannot be started, urllib3's HTTPError when it dies or times out meanwhile.
        """
        running = self._running()
        try:
            return running.post(body, headers)
        except urllib3.exceptions.NewConnectionError:
            # Nobody listens: the process has crashed and is about to be gone, and the request never reached it.
            if not running.exits_soon():
                raise
            return self._running().post(body, headers)
        except urllib3.exceptions.ProtocolError:
            # An idle connection that the server closed while the request was on its way looks like this too.
            if running.exits_soon():
                raise
            return running.post(body, headers)

    def drain(self) -> None:
        """Stop once the requests under way are answered; none can outlast the time there is to answer."""
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        for _ in range(self._concurrency):
            self.slots.acquire(timeout=max(0.0, deadline - time.monotonic()))
        self.stop()

    def stop(self) -> None:
        """End the process and everything it started, and forget its files."""
        with self._changing:
            if self._container is not None:
                kill_group(self._container.process)
                self._container = None
        self._log.close()
        shutil.rmtree(self._base, ignore_errors=True)

    def _running(self) -> _Container:
        """The container, started again if its process is gone."""
        running = self._container
        if running is not None and not running.is_gone:
            return running
        with self._changing:
            if self._container is None:
                raise ServerError("the endpoint is being deleted")
            if self._container.is_gone:
                self._container = self._launch()
            return self._container

    def _unpack(self) -> None:
        model = self._base / "model"
        model.mkdir(parents=True)
        if "ModelDataUrl" in self._definition:
            content = self._aws.read(self._definition["ModelDataUrl"])
            with tarfile.open(fileobj=io.BytesIO(content)) as archive:
                archive.extractall(model, filter="data")

    def _launch(self) -> _Container:
        port = free_port()
        environment = {
            **self._definition.get("Environment", {}),
            "SAGEMAKER_BIND_TO_HOST": "127.0.0.1",
            "SAGEMAKER_BIND_TO_PORT": str(port),
        }
        try:
            image = images.find_image(self._aws.settings.assembly, self._definition["Image"])
            process = container.start(image, "serve", self._base, environment)
        except (images.UnknownImageError, OSError) as error:
            raise ServerError(str(error)) from error
        self._log.copy(process)
        timeout = urllib3.Timeout(connect=5, read=SECONDS_TO_ANSWER)
        connections = urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=_CONNECTIONS, timeout=timeout)
        _wait_for_ping(process, connections)
        return _Container(process, connections)


def _wait_for_ping(process: subprocess.Popen, connections: urllib3.HTTPConnectionPool) -> None:
    """Return when the process answers 200. Raises ServerError, with the process ended, when it does not."""
    deadline = time.monotonic() + SECONDS_TO_FIRST_PING
    while time.monotonic() < deadline:
        if (code := process.poll()) is not None:
            raise ServerError(f"the container exited with code {code} before it answered /ping")
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            if connections.urlopen("GET", "/ping", retries=False, timeout=2).status == 200:
                return
        time.sleep(_SECONDS_BETWEEN_PINGS)
    kill_group(process)
    raise ServerError(f"the container did not answer /ping with 200 within {SECONDS_TO_FIRST_PING} s")
