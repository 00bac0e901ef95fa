"""Runs the export in its own Python environment, as a process that is given files and leaves files."""

import os
import subprocess
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training_containers.contract import ConfigurationFault, InternalFault
from training_containers.edge_export.request import CALIBRATION, FORMATS, WEIGHTS, EdgeRequest, tflite_file

VARIABLE = "VIGIL_EDGE_PYTHON"
"""Path of the environment's Python."""
MODULE = "training_containers.edge_export"
ROOT = Path(__file__).parents[3]
LONGEST_S = 1800
TOLD = 600
"""Characters of the log's end that a fault repeats."""


def edge_python() -> str:
    """The environment's Python. Ask before training: a missing one then costs no time.

    Raises:
        ConfigurationFault: the variable names none.
    """
    path = os.environ.get(VARIABLE, "")
    if not os.access(path, os.X_OK) or not Path(path).is_file():
        raise ConfigurationFault(
            f"edge_export needs the Python environment that {VARIABLE} names, and there is none at '{path}'. "
            "On a laptop: make setup-edge. In an image: build it with --build-arg EDGE=1, as CDK does for a domain "
            "whose options have edge_export. Or set edge_export to none."
        )
    return path


def export(network: nn.Module, request: EdgeRequest, calibration: NDArray[np.uint8], folder: Path) -> None:
    """Leave the TensorFlow Lite files of `edge_export.request` in `folder`.

    Args:
        calibration: pictures, uint8 (pictures, size, size, 3).

    Raises:
        ConfigurationFault: there is no environment to run it in.
        InternalFault: it failed, or left no file; with the end of its log.
    """
    python = edge_python()
    torch.save(network.state_dict(), folder / WEIGHTS)
    np.save(folder / CALIBRATION, calibration, allow_pickle=False)
    request.write(folder)
    # Nothing of this environment's modules may reach the other one.
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    try:
        done = subprocess.run(
            [python, "-m", MODULE, str(folder)],
            cwd=ROOT,
            env={**variables, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InternalFault(f"the edge export did not end within {LONGEST_S} s.") from error
    missing = [name for name in FORMATS if not tflite_file(folder, name).is_file()]
    if done.returncode != 0 or missing:
        log = done.stdout.decode(errors="replace")
        print(log, flush=True)
        raise InternalFault(
            f"the edge export ended with status {done.returncode} and without {', '.join(missing) or 'a fault'}: "
            f"{log[-TOLD:].strip()}"
        )
