"""Two processes train the network that one process trains; only the first of them writes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.unit.ensemble_toys import SIGNALS, toy_source
from training_containers.ensemble.scoring import OnnxMember

LAUNCH = (
    "import sys; from training_containers.contract import OptMl, launch; "
    "sys.exit(launch('tests.integration.ensemble.network_program', OptMl.from_environment()))"
)


TOLD = r"processes=(\d+) rows_per_s=(\d+) from=([\d.]+)"


def launch(base: Path, processes: int) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SAGEMAKER_BASE_DIR": str(base), "OMP_NUM_THREADS": "1"}
    environment["VIGIL_PROCESSES_PER_HOST"] = str(processes)
    return subprocess.run([sys.executable, "-c", LAUNCH], env=environment, capture_output=True, text=True, timeout=600)


def told_by(finished: subprocess.CompletedProcess[str], processes: int) -> tuple[float, float]:
    """Windows a second, and the share of the training at which it began. Of the main process alone."""
    assert finished.returncode == 0, finished.stderr
    ((count, speed, first),) = re.findall(TOLD, finished.stdout)
    assert int(count) == processes
    return float(speed), float(first)


def lay_out(base: Path) -> Path:
    data = base / "input" / "data" / "dataset"
    data.mkdir(parents=True)
    toy_source(data, (1, 2))
    (data / "signals.json").write_text(SIGNALS.model_dump_json())
    for rank in range(2):
        (base / "checkpoints" / str(rank)).mkdir(parents=True)
    return base


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    return toy_source(tmp_path_factory.mktemp("unseen"), (7,)).sample("windows", 1000, seed=0).inputs


@pytest.fixture(scope="module")
def one(tmp_path_factory, inputs):
    """The speed and the scores of one process."""
    base = lay_out(tmp_path_factory.mktemp("one"))
    speed, _ = told_by(launch(base, 1), 1)
    return speed, OnnxMember(base / "model" / "0.onnx", "windows").scores(inputs)


def test_two_processes_train_what_one_trains(tmp_path, inputs, one) -> None:
    base = lay_out(tmp_path)
    alone, expected = one

    together, _ = told_by(launch(base, 2), 2)

    print(f"{alone:.0f} windows/s in one process, {together:.0f} in two: efficiency {together / alone / 2:.0%}")
    scores = OnnxMember(base / "model" / "0.onnx", "windows").scores(inputs)
    print(f"scores of {np.ptp(expected):.2f} width differ by at most {np.abs(scores - expected).max():.1e}")
    assert scores == pytest.approx(expected, rel=1e-2, abs=1e-2)
    assert [path.name for path in (base / "model").iterdir()] == ["0.onnx"]
    assert not list((base / "checkpoints" / "1").iterdir())


def test_two_hosts_with_a_half_of_the_data_each_train_what_one_process_trains_on_all(tmp_path, inputs, one) -> None:
    base = lay_out(tmp_path)
    (base / "halves").touch()

    told_by(launch(base, 2), 2)

    scores = OnnxMember(base / "model" / "0.onnx", "windows").scores(inputs)
    print(f"scores of {np.ptp(one[1]):.2f} width differ by at most {np.abs(scores - one[1]).max():.1e}")
    assert scores == pytest.approx(one[1], rel=1e-2, abs=1e-2)


def test_two_processes_that_were_killed_go_on_from_the_main_one_s_checkpoint(tmp_path, inputs, one) -> None:
    base = lay_out(tmp_path)
    (base / "stop").touch()
    assert launch(base, 2).returncode != 0
    (base / "stop").unlink()

    _, first = told_by(launch(base, 2), 2)

    assert first > 0.5
    scores = OnnxMember(base / "model" / "0.onnx", "windows").scores(inputs)
    assert scores == pytest.approx(one[1], rel=1e-2, abs=1e-2)
