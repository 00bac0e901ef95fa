"""One model behind one serving process, started again when it is gone."""

import io
import logging
import shutil
import tarfile
import threading
import time
import uuid
from collections.abc import Mapping
from pathlib import Path

import urllib3

from sandbox import images
from sandbox.processes import free_port, kill_group
from sandbox.sagemaker import container
from sandbox.sagemaker.aws import Aws, split_uri
from sandbox.sagemaker.log_stream import LogStream

# https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
SECONDS_TO_ANSWER = 60
SECONDS_TO_FIRST_PING = 180
_SECONDS_BETWEEN_PINGS = 0.05
_CONNECTIONS = 64

_log = logging.getLogger(__name__)


class ServerError(Exception):
    """The serving process cannot be started, or does not pass its health check."""


class ModelServer:
    """The container of one endpoint: `start` it, `ask` it, `stop` it."""

    def __init__(self, aws: Aws, endpoint: str, definition: Mapping) -> None:
        """`definition` is a ContainerDefinition of CreateModel."""
        self._aws = aws
        self._definition = definition
        self._base = aws.settings.state / "endpoints" / endpoint / uuid.uuid4().hex[:8]
        self._log = LogStream(aws, f"/aws/sagemaker/Endpoints/{endpoint}", f"AllTraffic/{self._base.name}")
        self._process = None
        self._connections: urllib3.HTTPConnectionPool | None = None
        self._starting = threading.Lock()
        self._stopped = False

    def start(self) -> None:
        """Unpack the model, start the process, and return when it answers its health check. Raises ServerError."""
        try:
            self._unpack()
            self._launch()
        except ServerError:
            raise
        except (images.UnknownImageError, tarfile.TarError, OSError, ValueError, self._aws.s3.exceptions.ClientError) as error:
            raise ServerError(str(error)) from error

    def ask(self, body: bytes, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        """The container's answer to one invocation, after a cold start if its process is gone.

        Raises ServerError when it cannot be started, urllib3's HTTPError when it dies or times out meanwhile.
        """
        if self._process.poll() is not None:
            with self._starting:
                if self._process.poll() is not None:
                    self._launch()
        try:
            return self._connections.urlopen("POST", "/invocations", body=body, headers=dict(headers), retries=False)
        except urllib3.exceptions.ProtocolError:
            # An idle connection that the server closed while the request was on its way looks like this too.
            if self._process.poll() is not None:
                raise
            return self._connections.urlopen("POST", "/invocations", body=body, headers=dict(headers), retries=False)

    def stop(self) -> None:
        """End the process and everything it started, and forget its files."""
        with self._starting:
            self._stopped = True
            if self._process is not None:
                kill_group(self._process)
        self._log.close()
        shutil.rmtree(self._base, ignore_errors=True)

    def _unpack(self) -> None:
        model = self._base / "model"
        model.mkdir(parents=True)
        if "ModelDataUrl" in self._definition:
            bucket, key = split_uri(self._definition["ModelDataUrl"])
            content = self._aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
            with tarfile.open(fileobj=io.BytesIO(content)) as archive:
                archive.extractall(model, filter="data")

    def _launch(self) -> None:
        if self._stopped:
            raise ServerError("the endpoint is being deleted")
        image = images.find_image(self._aws.settings.assembly, self._definition["Image"])
        port = free_port()
        environment = {
            **self._definition.get("Environment", {}),
            "SAGEMAKER_BIND_TO_HOST": "127.0.0.1",
            "SAGEMAKER_BIND_TO_PORT": str(port),
        }
        self._process = container.start(image, "serve", self._base, environment)
        self._log.copy(self._process.stdout)
        self._connections = urllib3.HTTPConnectionPool(
            "127.0.0.1", port, maxsize=_CONNECTIONS, timeout=urllib3.Timeout(connect=5, read=SECONDS_TO_ANSWER))
        self._wait_for_ping()

    def _wait_for_ping(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_FIRST_PING
        while time.monotonic() < deadline:
            if (code := self._process.poll()) is not None:
                raise ServerError(f"the container exited with code {code} before it answered /ping")
            try:
                if self._connections.urlopen("GET", "/ping", retries=False, timeout=2).status == 200:
                    return
            except urllib3.exceptions.HTTPError:
                pass
            time.sleep(_SECONDS_BETWEEN_PINGS)
        kill_group(self._process)
        raise ServerError(f"the container did not answer /ping with 200 within {SECONDS_TO_FIRST_PING} s")
