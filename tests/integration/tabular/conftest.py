"""A small training job on dummy telemetry, prepared by data prep's own code."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lambdas.data_prep.dataset_files import render
from lambdas.data_prep.telemetry.dataset import assemble
from lambdas.data_prep.telemetry.schema import TelemetrySchema
from lambdas.data_prep.telemetry.spec import Telemetry
from sandbox.simulators.battery import FleetOptions, simulate_fleet
from stacks.domains.battery.signals import SIGNALS

ROOT = Path(__file__).parents[3]
SMALL = {"trials": "1", "folds": "2", "negatives": "1000", "rounds": "20"}
Job = Callable[..., Path]


@pytest.fixture(scope="session")
def dataset_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    raw = tmp_path_factory.mktemp("raw")
    list(simulate_fleet(FleetOptions(sites=4, hours=0.75, seed=5, dummy=True), raw))
    files = ((path.name, path.read_bytes()) for path in sorted(raw.glob("*.parquet")))
    return render("battery", assemble(Telemetry(prefix="", signals=SIGNALS), files, TelemetrySchema(SIGNALS))).files


@pytest.fixture(scope="session")
def lay_out(dataset_files: dict[str, bytes]) -> Job:
    """Lays out a job in a folder; hyperparameters given by name change the small defaults."""

    def lay(base: Path, **hyperparameters: str) -> Path:
        for name, body in dataset_files.items():
            path = base / "input" / "data" / "dataset" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        config = base / "input" / "config"
        config.mkdir(parents=True)
        (config / "hyperparameters.json").write_text(json.dumps(SMALL | hyperparameters))
        return base

    return lay


def train(base: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the entry point to its end."""
    command = [sys.executable, "-m", "training_containers.tabular", "train"]
    variables = {**os.environ, "SAGEMAKER_BASE_DIR": str(base), "MLFLOW_TRACKING_URI": "off", **environment}
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=600, check=False)


@pytest.fixture(scope="session")
def run() -> Callable[..., subprocess.CompletedProcess[str]]:
    return train


@pytest.fixture(scope="session")
def trained(lay_out: Job, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished job, its log in `log.txt`, and runs in MLflow."""
    base = lay_out(tmp_path_factory.mktemp("job"))
    (base / "output" / "data").mkdir(parents=True)
    done = train(base, MLFLOW_TRACKING_URI=f"sqlite:///{base}/output/data/mlflow.db")
    assert done.returncode == 0, done.stdout + done.stderr
    (base / "log.txt").write_text(done.stdout)
    return base
