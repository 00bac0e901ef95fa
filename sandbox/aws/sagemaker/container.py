"""Runs an image's entry point as a plain process, without Docker, in a folder that replaces /opt/ml."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from sandbox.aws.environment_variables import MARK, clean
from sandbox.aws.images import Image

ROOT = Path(__file__).parents[3]
EDGE_PYTHON = "VIGIL_EDGE_PYTHON"
"""Where an image says that its second Python environment is."""


def start(image: Image, argument: str, base: Path, environment: Mapping[str, str]) -> subprocess.Popen:
    """Run the image's entry point with `argument` ("train" or "serve"), as the leader of a process group.

    It sees the image's variables, then `environment` (which wins), and none of the embedded AWS's own: no AWS
    credentials and no endpoint. Its output, standard error included, is the returned process's `stdout`, in bytes.
    """
    program, *arguments = image.entrypoint
    if program in ("python", "python3"):
        program = sys.executable
    return subprocess.Popen(
        [program, *arguments, argument],
        cwd=image.folder,
        env=_variables(image, base) | dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _on_this_machine(declared: Mapping[str, str]) -> dict[str, str]:
    """An image's variables; its second environment is the one that `make setup-edge` made, or the operator's own."""
    if EDGE_PYTHON not in declared:
        return dict(declared)
    here = os.environ.get(EDGE_PYTHON, str(ROOT / ".venv-edge" / "bin" / "python"))
    return {**declared, EDGE_PYTHON: here}


def _variables(image: Image, base: Path) -> dict[str, str]:
    return (
        clean(os.environ)
        | _on_this_machine(image.environment)
        | {
            MARK: os.environ[MARK],
            "HOME": str(base),
            "PYTHONPATH": str(image.folder),
            # Jobs share a laptop's cores with endpoints: threads that spin while they wait would starve them.
            "OMP_WAIT_POLICY": "PASSIVE",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "SAGEMAKER_BASE_DIR": str(base),
        }
    )
