"""Tiny training jobs: pictures of one colour a class, laid out as SageMaker does."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference.contracts import DatasetSummary, Item, Split
from tests.contract.domains.toys import HYPERPARAMETERS
from training_containers.contract import OptMl
from training_containers.image_classification.train import run

Job = Callable[..., Path]
COLOURS = {"Chi": (200, 120, 60), "Mu": (225, 220, 215), "NoCat": (70, 120, 60)}
PER_SPLIT = {Split.TRAIN: 8, Split.VALIDATION: 3, Split.TEST: 3, Split.REVIEWED: 2}
TINY = {**HYPERPARAMETERS["image_classification"], "epochs": "4", "early_stopping_patience": "100", "seed": "3"}


def draw_dataset(images: Path) -> list[Item]:
    """Write every class's pictures of every split, but no reviews of NoCat; noise makes each one different."""
    generator = np.random.default_rng(0)
    items = []
    for split, count in PER_SPLIT.items():
        for label, colour in COLOURS.items():
            if (split, label) == (Split.REVIEWED, "NoCat"):
                continue
            for number in range(count):
                pixels = np.clip(np.array(colour) + generator.normal(0, 20, (30, 40, 3)), 0, 255).astype(np.uint8)
                name = f"{split}-{label}-{number}.jpg"
                Image.fromarray(pixels).save(images / name, quality=95)
                items.append(Item(path=name, label=label, split=split, group=name))
    return items


def write_channel(base: Path, items: list[Item]) -> None:
    channel = base / "input" / "data" / "dataset"
    channel.mkdir(parents=True)
    counts = {split: dict.fromkeys(COLOURS, count) for split, count in PER_SPLIT.items()}
    summary = DatasetSummary(domain="cats", version="v1", classes=tuple(COLOURS), counts=counts, duplicates=0)
    (channel / "dataset.json").write_text(summary.model_dump_json())
    (channel / "manifest.jsonl").write_text("\n".join(item.model_dump_json() for item in items))


@pytest.fixture(scope="session")
def lay_out() -> Job:
    """Lays out a job in a folder; hyperparameters given by name change the tiny defaults."""
    return lay_out_job


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """The same in the test's own folder."""
    return partial(lay_out_job, tmp_path)


def lay_out_job(base: Path, **hyperparameters: str) -> Path:
    images = base / "input" / "data" / "images"
    images.mkdir(parents=True)
    write_channel(base, draw_dataset(images))
    config = base / "input" / "config"
    config.mkdir()
    (config / "hyperparameters.json").write_text(json.dumps({**TINY, **hyperparameters}))
    (config / "resourceconfig.json").write_text(json.dumps({"current_host": "algo-1", "hosts": ["algo-1"]}))
    return base


def run_train(base: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the image's entry point to its end."""
    command = [sys.executable, "-m", "training_containers.image_classification", "train"]
    variables = {**os.environ, "SAGEMAKER_BASE_DIR": str(base), "MLFLOW_TRACKING_URI": "off", **environment}
    return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=600, check=False)


@pytest.fixture(scope="session")
def train() -> Callable[..., subprocess.CompletedProcess[str]]:
    return run_train


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """One finished tiny job with MLflow in sqlite; tests read it and leave it as it is."""
    base = lay_out_job(tmp_path_factory.mktemp("trained"), epochs="15")
    uri = f"sqlite:///{base}/mlflow.db"
    result = run_train(base, MLFLOW_TRACKING_URI=uri, TRAINING_JOB_NAME="cats-tiny")
    assert result.returncode == 0, result.stderr
    return base, result


@pytest.fixture
def run_here(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Runs a job in this process, which spares the imports; the handler it installs for SIGTERM is taken back."""
    before = signal.getsignal(signal.SIGTERM)

    def run_job(base: Path, **environment: str) -> None:
        for name, value in {"MLFLOW_TRACKING_URI": "off", **environment}.items():
            monkeypatch.setenv(name, value)
        run(OptMl(base))

    yield run_job
    signal.signal(signal.SIGTERM, before)
