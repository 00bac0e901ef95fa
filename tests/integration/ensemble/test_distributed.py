"""Two processes train the network that one process trains; only the first of them writes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.ensemble_toys import SIGNALS, toy_source
from training_containers.ensemble.scoring import OnnxMember

LAUNCH = (
    "import sys; from training_containers.contract import OptMl, launch; "
    "sys.exit(launch('tests.integration.ensemble.network_program', OptMl.from_environment()))"
)


def launch(base: Path, processes: int) -> tuple[Path, float]:
    """The model's folder, and windows a second."""
    environment = {**os.environ, "SAGEMAKER_BASE_DIR": str(base), "OMP_NUM_THREADS": "1"}
    environment["VIGIL_PROCESSES_PER_HOST"] = str(processes)
    found = subprocess.run([sys.executable, "-c", LAUNCH], env=environment, capture_output=True, text=True, timeout=300)
    assert found.returncode == 0, found.stderr
    (told,) = re.findall(r"processes=(\d+) rows_per_s=(\d+)", found.stdout)
    assert int(told[0]) == processes
    return base / "model", float(told[1])


@pytest.fixture
def job(tmp_path):
    def lay_out(name: str) -> Path:
        data = tmp_path / name / "input" / "data" / "dataset"
        data.mkdir(parents=True)
        toy_source(data, (1, 2))
        (data / "signals.json").write_text(SIGNALS.model_dump_json())
        for rank in range(2):
            (tmp_path / name / "checkpoints" / str(rank)).mkdir(parents=True)
        return tmp_path / name

    return lay_out


def test_two_processes_train_what_one_trains(job, tmp_path) -> None:
    inputs = toy_source(tmp_path / "unseen", (7,)).sample("windows", 1000, seed=0).inputs

    one, alone = launch(job("one"), 1)
    two, together = launch(job("two"), 2)

    print(f"{alone:.0f} windows/s in one process, {together:.0f} in two: efficiency {together / alone / 2:.0%}")
    expected = OnnxMember(one / "0.onnx", "windows").scores(inputs)
    assert OnnxMember(two / "0.onnx", "windows").scores(inputs) == pytest.approx(expected, rel=1e-2, abs=1e-2)
    assert [path.name for path in two.iterdir()] == ["0.onnx"]
    assert not list((tmp_path / "two" / "checkpoints" / "1").iterdir())
