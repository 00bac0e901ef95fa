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
from training_containers.image_classification import train as program

KILLS = 10
FROM_SCRATCH = {"epochs": "12", "image_size": "32"}
FROM_WEIGHTS = {  # the last layer alone, then all layers
    "architecture": "efficientnet_lite0",
    "width_multiplier": "1",
    "frozen_epochs": "12",
    "epochs": "10",
    "image_size": "32",
    "learning_rate": "0.0003",
}
PATIENCE_S = 300  # for what takes seconds on a machine that is not busy

Start = Callable[[Path], ForkServerProcess]


def start_training(base: str) -> None:
    os.environ["SAGEMAKER_BASE_DIR"] = base
    os.environ["MLFLOW_TRACKING_URI"] = "off"
    torch.set_num_threads(1)
    sys.exit(run_program(program.run))


def checkpoints(base: Path) -> list[Path]:
    return sorted((base / "checkpoints").glob("checkpoint-*.pt"))


def wait_for_progress(base: Path, process: ForkServerProcess) -> None:
    """Until there is a newer checkpoint than now, or the program has ended."""
    before = checkpoints(base)[-1:]
    deadline = time.monotonic() + PATIENCE_S
    while process.is_alive() and checkpoints(base)[-1:] == before:
        assert time.monotonic() < deadline
        time.sleep(0.002)


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


def finish(start: Start, base: Path) -> bytes:
    """Run a job to its end; the model's bytes."""
    process = start(base)
    process.join(PATIENCE_S)
    assert process.exitcode == 0
    return (base / "model" / "model.onnx").read_bytes()


@pytest.mark.parametrize("options", [FROM_SCRATCH, FROM_WEIGHTS], ids=["from scratch", "from weights"])
def test_ten_kills_at_random_points_do_not_change_the_model(
    options: dict[str, str], start: Start, tmp_path: Path, lay_out
) -> None:
    undisturbed = finish(start, lay_out(tmp_path / "undisturbed", **options))
    base = lay_out(tmp_path / "killed", **options)
    generator = random.Random(0)
    for kill in range(KILLS):
        process = start(base)
        if generator.random() < 0.7:
            wait_for_progress(base, process)
        time.sleep(generator.uniform(0, 0.1))
        how = generator.choice([signal.SIGKILL, signal.SIGTERM])
        with suppress(ProcessLookupError):
            os.kill(process.pid, how)
        process.join(PATIENCE_S)
        if process.exitcode == 0 and kill >= KILLS // 2:  # on a quick machine it may end before the last kills
            break
        # SIGTERM: the step was finished and kept, or there was nothing yet to keep.
        assert process.exitcode in (-how, 143), f"kill {kill}"
        if kill == KILLS // 2 and checkpoints(base):  # and what a crash of the disk leaves
            newest = checkpoints(base)[-1]
            newest.write_bytes(newest.read_bytes()[:1000])
    assert checkpoints(base)
    assert finish(start, base) == undisturbed


def test_sigterm_keeps_the_steps_of_an_unfinished_epoch(start: Start, tmp_path: Path, lay_out) -> None:
    base = lay_out(tmp_path, epochs="1000", early_stopping_patience="1000", batch_size="1")
    process = start(base)
    wait_for_progress(base, process)
    time.sleep(0.1)
    os.kill(process.pid, signal.SIGTERM)
    process.join(PATIENCE_S)
    assert process.exitcode == 143
    newest = torch.load(checkpoints(base)[-1], weights_only=True)
    assert newest["step"] > 0
    assert newest["loss_sum"] > 0
