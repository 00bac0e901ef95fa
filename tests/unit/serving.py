"""The serving application on loopback, for tests that ask it over real HTTP."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from inference.contracts import PackageManifest
from inference.predictor import Predictor
from inference.server import create_app

PATIENCE_S = 60
"""Starts and stops within a second; a loaded machine takes longer."""
MANIFEST = PackageManifest(
    domain="cats",
    task="image_classification",
    classes=("Cat", "NoCat"),
    input={},
    dataset_version="v1",
    code_version="src-0",
    libraries={},
    files={},
)


@contextmanager
def served(predictor: Predictor, manifest: PackageManifest = MANIFEST) -> Iterator[int]:
    """The port that the application listens on."""
    app = create_app(predictor, manifest)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not server.started:
            assert time.monotonic() < deadline, f"the server did not start within {PATIENCE_S} s"
            time.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
