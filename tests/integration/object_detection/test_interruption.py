"""A run that is killed at random points ends with the very model of a run that is not."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

KILLS = 4
BOTH_STAGES = {"image_size": "64", "frozen_epochs": "3", "epochs": "2", "batch_size": "8"}
PATIENCE_S = 300  # for what takes seconds on a machine that is not busy


def start(base: Path) -> subprocess.Popen[bytes]:
    variables = {**os.environ, "SAGEMAKER_BASE_DIR": str(base), "MLFLOW_TRACKING_URI": "off", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, "-m", "training_containers.object_detection.train"], env=variables)


def checkpoints(base: Path) -> list[Path]:
    return sorted((base / "checkpoints").glob("checkpoint-*.pt"))


def wait_for_progress(base: Path, process: subprocess.Popen[bytes]) -> None:
    """Until there is a newer checkpoint than now, or the program has ended."""
    before, deadline = checkpoints(base), time.monotonic() + PATIENCE_S
    while process.poll() is None and checkpoints(base) == before:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def finish(base: Path) -> bytes:
    """Run a job to its end; the model's bytes."""
    assert start(base).wait(PATIENCE_S) == 0
    return (base / "model" / "model.onnx").read_bytes()


def test_kills_at_random_points_do_not_change_the_model(tmp_path: Path, lay_out: Callable[..., Path]) -> None:
    undisturbed = finish(lay_out(tmp_path / "undisturbed", **BOTH_STAGES))
    base = lay_out(tmp_path / "killed", **BOTH_STAGES)
    generator = random.Random(0)
    for kill in range(KILLS):
        process = start(base)
        wait_for_progress(base, process)
        time.sleep(generator.uniform(0, 0.2))
        how = signal.SIGTERM if kill % 2 else signal.SIGKILL
        process.send_signal(how)
        assert process.wait(PATIENCE_S) in (-how, 143, 0), f"kill {kill}"
    assert checkpoints(base)
    assert finish(base) == undisturbed
