"""The serving process, as SageMaker would start it, asked over HTTP."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

START_LIMIT_S = 60


@contextmanager
def serving(base: Path, content_type: str) -> Iterator[Callable[[bytes], Any]]:
    """The serving process on loopback, asked over one connection that stays open; an answer is its JSON.

    Args:
        base: stands for `/opt/ml`; the package lies in `model` below it.

    Raises:
        SystemExit: an answer was no success.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables = {
        "SAGEMAKER_BASE_DIR": str(base),
        "SAGEMAKER_BIND_TO_PORT": str(port),
        "SAGEMAKER_BIND_TO_HOST": "127.0.0.1",
    }
    server = subprocess.Popen([sys.executable, "-m", "inference", "serve"], env={**os.environ, **variables})
    try:
        connection = _connected(port)

        def predict(body: bytes) -> Any:
            connection.request("POST", "/invocations", body, {"Content-Type": content_type})
            answer = connection.getresponse()
            told = answer.read()
            if answer.status != 200:
                raise SystemExit(f"the server answered {answer.status}: {told[:300]!r}")
            return json.loads(told)

        yield predict
    finally:
        server.terminate()
        server.wait()


def _connected(port: int) -> http.client.HTTPConnection:
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        try:
            connection.request("GET", "/ping")
            connection.getresponse().read()
            return connection
        except ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
