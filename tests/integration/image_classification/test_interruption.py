"""A run that is killed at random points ends with the very model of a run that is not."""

import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import pytest
import torch

from training_containers.image_classification import train as program

KILLS = 10
LONG_ENOUGH = {"epochs": "40", "early_stopping_patience": "40"}


def run_program(base: str) -> None:
    os.environ["SAGEMAKER_BASE_DIR"] = base
    os.environ["MLFLOW_TRACKING_URI"] = "off"
    torch.set_num_threads(1)
    sys.exit(program.main())


@pytest.fixture(scope="module")
def start() -> Callable[[Path], ForkServerProcess]:
    """Starts the training program in a process that has its imports behind it, so that a kill costs no seconds."""
    context: ForkServerContext = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([program.__name__])

    def start_program(base: Path) -> ForkServerProcess:
        process = context.Process(target=run_program, args=(str(base),))
        process.start()
        return process

    return start_program


@pytest.fixture(scope="module")
def uninterrupted(start, tmp_path_factory: pytest.TempPathFactory, lay_out) -> tuple[bytes, float]:
    """The model of a run that nothing disturbs, and the seconds that its training took."""
    base = lay_out(tmp_path_factory.mktemp("uninterrupted"), **LONG_ENOUGH)
    began = time.monotonic()
    process = start(base)
    last = base / "checkpoints" / "checkpoint-00040-0000000.pt"
    while not last.exists():
        assert process.is_alive()
        time.sleep(0.01)
    seconds = time.monotonic() - began
    process.join(120)
    assert process.exitcode == 0
    return (base / "model" / "model.onnx").read_bytes(), seconds


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_kills_at_random_points_do_not_change_the_model(how, start, uninterrupted, tmp_path: Path, lay_out) -> None:
    model, seconds = uninterrupted
    base = lay_out(tmp_path, **LONG_ENOUGH)
    generator = random.Random(how)
    killed = 0
    for _ in range(KILLS):
        process = start(base)
        process.join(generator.uniform(0, seconds / 3))
        if process.is_alive():
            os.kill(process.pid, how)
            killed += 1
        process.join(60)
        # SIGTERM: finished the step and left; or it came before there was anything to keep.
        assert process.exitcode in (0, -how, 143)
        (base / "output" / "failure").unlink(missing_ok=True)
    assert killed >= KILLS / 2
    process = start(base)
    process.join(120)
    assert process.exitcode == 0
    assert (base / "model" / "model.onnx").read_bytes() == model


def test_sigterm_keeps_the_steps_of_an_unfinished_epoch(start, tmp_path: Path, lay_out) -> None:
    base = lay_out(tmp_path, epochs="1000", early_stopping_patience="1000")
    process = start(base)
    deadline = time.monotonic() + 60
    while not list((base / "checkpoints").glob("*.pt")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGTERM)
    process.join(60)
    assert process.exitcode == 143
    newest = torch.load(max((base / "checkpoints").glob("*.pt")), weights_only=True)
    assert newest["step"] > 0


def test_a_damaged_newest_checkpoint_costs_one_epoch_and_not_the_run(
    start, tmp_path: Path, lay_out, uninterrupted
) -> None:
    base = lay_out(tmp_path, **LONG_ENOUGH)
    process = start(base)
    while not (base / "checkpoints" / "checkpoint-00003-0000000.pt").exists():
        assert process.is_alive()
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.join(60)
    newest = max((base / "checkpoints").glob("checkpoint-*.pt"))
    newest.write_bytes(newest.read_bytes()[:1000])
    process = start(base)
    process.join(120)
    assert process.exitcode == 0
    assert (base / "model" / "model.onnx").read_bytes() == uninterrupted[0]
