"""A killed search goes on where it was, and ends with the same package."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from inference.package import load_manifest

ROOT = Path(__file__).parents[3]


def start(base: Path) -> subprocess.Popen[str]:
    variables = {**os.environ, "SAGEMAKER_BASE_DIR": str(base), "MLFLOW_TRACKING_URI": "off"}
    command = [sys.executable, "-m", "training_containers.tabular.train"]
    return subprocess.Popen(
        command, cwd=ROOT, env=variables, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def wait_for(path: Path, process: subprocess.Popen[str], limit_s: float = 300) -> None:
    until = time.monotonic() + limit_s
    while not path.exists() and time.monotonic() < until and process.poll() is None:
        time.sleep(0.02)
    assert path.exists()


def test_killed_and_started_again_it_ends_the_same(lay_out: Callable[..., Path], trained: Path, tmp_path: Path) -> None:
    base = lay_out(tmp_path)
    process = start(base)
    wait_for(base / "checkpoints" / "progress.json", process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    known = json.loads((base / "checkpoints" / "progress.json").read_bytes())["results"]
    assert known
    again = start(base)
    log, _ = again.communicate(timeout=600)
    assert again.returncode == 0, log
    whole, resumed = (load_manifest(folder / "model") for folder in (trained, base))
    assert resumed.files["model.onnx"] == whole.files["model.onnx"]
    assert resumed.thresholds == whole.thresholds


def test_another_runs_checkpoint_is_refused(lay_out: Callable[..., Path], run: Callable, tmp_path: Path) -> None:
    base = lay_out(tmp_path)
    (base / "checkpoints").mkdir()
    (base / "checkpoints" / "progress.json").write_text(
        json.dumps({"identity": {"dataset_version": "other"}, "results": {}})
    )
    assert run(base).returncode == 4
    assert "the checkpoints are another run's: " in (base / "output" / "failure").read_text()


def test_a_dataset_that_is_none_is_the_datas_fault(lay_out: Callable[..., Path], run: Callable, tmp_path: Path) -> None:
    base = lay_out(tmp_path)
    (base / "input" / "data" / "dataset" / "manifest.jsonl").write_text("{}\n")
    assert run(base).returncode == 3
    assert (base / "output" / "failure").read_text().startswith("Data fault: the channel 'dataset' holds no telemetry")


def test_an_unknown_hyperparameter_is_named(lay_out: Callable[..., Path], run: Callable, tmp_path: Path) -> None:
    base = lay_out(tmp_path, epochs="3", max_depth="99")
    assert run(base).returncode == 4
    failure = (base / "output" / "failure").read_text()
    assert "'epochs' is unknown" in failure
    assert "'max_depth' is '99'" in failure
