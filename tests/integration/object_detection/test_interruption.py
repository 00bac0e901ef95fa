"""A run that is killed at random points ends with the very model of a run that is not."""

import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import pytest
import torch

from training_containers.contract import run_program
from training_containers.object_detection import train as program

KILLS = 4
BOTH_STAGES = {"image_size": "64", "frozen_epochs": "3", "epochs": "2", "batch_size": "8"}
PATIENCE_S = 300  # for what takes seconds on a machine that is not busy

Start = Callable[[Path], ForkServerProcess]


def start_training(base: str) -> None:
    os.environ["SAGEMAKER_BASE_DIR"] = base
    os.environ["MLFLOW_TRACKING_URI"] = "off"
    torch.set_num_threads(1)
    sys.exit(run_program(program.run))


@pytest.fixture(scope="module")
def start() -> Start:
    """Starts the training program in a process that has its imports behind it, so that a kill costs no seconds."""
    context: ForkServerContext = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([program.__name__])

    def start_program(base: Path) -> ForkServerProcess:
        process = context.Process(target=start_training, args=(str(base),))
        process.start()
        return process

    return start_program


def checkpoints(base: Path) -> list[Path]:
    return sorted((base / "checkpoints").glob("checkpoint-*.pt"))


def wait_for_progress(base: Path, process: ForkServerProcess) -> None:
    """Until there is a newer checkpoint than now, or the program has ended."""
    before, deadline = checkpoints(base), time.monotonic() + PATIENCE_S
    while process.is_alive() and checkpoints(base) == before:
        assert time.monotonic() < deadline
        time.sleep(0.002)


def finish(start: Start, base: Path) -> bytes:
    """Run a job to its end; the model's bytes."""
    process = start(base)
    process.join(PATIENCE_S)
    assert process.exitcode == 0
    return (base / "model" / "model.onnx").read_bytes()


def test_kills_at_random_points_do_not_change_the_model(
    start: Start, tmp_path: Path, lay_out: Callable[..., Path]
) -> None:
    undisturbed = finish(start, lay_out(tmp_path / "undisturbed", **BOTH_STAGES))
    base = lay_out(tmp_path / "killed", **BOTH_STAGES)
    generator = random.Random(0)
    for kill in range(KILLS):
        process = start(base)
        wait_for_progress(base, process)
        time.sleep(generator.uniform(0, 0.1))
        how = signal.SIGTERM if kill % 2 else signal.SIGKILL
        with suppress(ProcessLookupError):
            os.kill(process.pid, how)
        process.join(PATIENCE_S)
        if process.exitcode == 0 and kill >= KILLS // 2:  # on a quick machine it may end before the last kills
            break
        # SIGTERM: the step was finished and kept, or there was nothing yet to keep.
        assert process.exitcode in (-how, 143), f"kill {kill}"
    assert checkpoints(base)
    assert finish(start, base) == undisturbed
