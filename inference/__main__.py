"""Entry point of the serving image: `python -m inference serve`."""

import argparse
import logging
import os
import sys
from pathlib import Path

import uvicorn

from inference.contracts.package import MANIFEST_SHA256_VARIABLE
from inference.errors import PackageError
from inference.package import load_manifest
from inference.predictor import open_predictor
from inference.server import create_app

DEFAULT_BASE = "/opt/ml"
DEFAULT_PORT = "8080"

log = logging.getLogger("inference")


def main() -> int:
    """Verify and load the model package, then serve until SIGTERM. Exit status 1: the package is refused."""
    parser = argparse.ArgumentParser(
        prog="python -m inference",
        description="Serve one model package over HTTP: GET /ping, POST /invocations, GET /metrics.",
        epilog="Environment: SAGEMAKER_BASE_DIR (default /opt/ml; the package is in its model folder), "
        "SAGEMAKER_BIND_TO_PORT (default 8080), SAGEMAKER_BIND_TO_HOST (default 0.0.0.0), "
        f"{MANIFEST_SHA256_VARIABLE} (of the package's manifest.json, in hexadecimal; another one is refused).",
    )
    parser.add_argument("command", choices=["serve"], help="start the server")
    parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")

    directory = Path(os.environ.get("SAGEMAKER_BASE_DIR", DEFAULT_BASE)) / "model"
    expected = os.environ.get(MANIFEST_SHA256_VARIABLE)
    if expected is None:
        log.warning("%s is not set: the package's manifest is not verified", MANIFEST_SHA256_VARIABLE)
    try:
        manifest = load_manifest(directory, expected)
        predictor = open_predictor(directory, manifest)
    except PackageError as error:
        print(f"refused to start: {error}", file=sys.stderr)
        return 1
    uvicorn.run(
        create_app(predictor, manifest),
        # The platform reaches the container from outside it, so every interface is the default.
        host=os.environ.get("SAGEMAKER_BIND_TO_HOST", "0.0.0.0"),
        port=int(os.environ.get("SAGEMAKER_BIND_TO_PORT", DEFAULT_PORT)),
        log_level="warning",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
