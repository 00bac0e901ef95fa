"""Tiny training jobs: a light rectangle on dark noise is a deer."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference.contracts import DatasetSummary, Split
from inference.contracts.boxes import LabelledBox
from inference.contracts.boxes_item import EMPTY, BoxedItem
from tests.contract.domains.toys import HYPERPARAMETERS

ROOT = Path(__file__).parents[3]
EDGE_PYTHON = os.environ.get("VIGIL_EDGE_PYTHON", str(ROOT / ".venv-edge" / "bin" / "python"))
Job = Callable[..., Path]
PER_SPLIT = {Split.TRAIN: 40, Split.VALIDATION: 12, Split.TEST: 12, Split.REVIEWED: 6}
WIDTH, HEIGHT, CAMERAS = 128, 96, 4
TINY = {**HYPERPARAMETERS["object_detection"], "image_size": "96", "frozen_epochs": "8", "seed": "3"}


def draw_dataset(images: Path) -> list[BoxedItem]:
    """Every third picture is empty."""
    rng = np.random.default_rng(0)
    items = []
    for split, count in PER_SPLIT.items():
        for number in range(count):
            pixels, boxes = rng.normal(60, 15, (HEIGHT, WIDTH, 3)), []
            if number % 3:
                width, height = (int(side) for side in rng.integers(36, 60, 2))
                x, y = int(rng.integers(WIDTH - width)), int(rng.integers(HEIGHT - height))
                pixels[y : y + height, x : x + width] += (150, 110, 60)
                boxes = [LabelledBox(label="deer", x=x, y=y, width=width, height=height)]
            name = f"{split}-{number}.jpg"
            Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(images / name, quality=95)
            items.append(
                BoxedItem(
                    path=name,
                    label="deer" if boxes else EMPTY,
                    split=split,
                    group=name,
                    width=WIDTH,
                    height=HEIGHT,
                    boxes=tuple(boxes),
                    camera=f"camera-{number % CAMERAS}",
                    reviewed=split == Split.REVIEWED,
                )
            )
    return items


def lay_out_job(base: Path, **hyperparameters: str) -> Path:
    images, channel, config = (base / "input" / name for name in ("data/images", "data/dataset", "config"))
    for folder in (images, channel, config):
        folder.mkdir(parents=True)
    items = draw_dataset(images)
    summary = DatasetSummary(domain="deer", version="v1", classes=("deer",), counts={}, duplicates=0)
    (channel / "dataset.json").write_text(summary.model_dump_json())
    (channel / "manifest.jsonl").write_text("\n".join(item.model_dump_json() for item in items))
    (config / "hyperparameters.json").write_text(json.dumps({**TINY, **hyperparameters}))
    return base


def run_train(base: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the image's entry point to its end."""
    command = [sys.executable, "-m", "training_containers.object_detection", "train"]
    variables = {**os.environ, "SAGEMAKER_BASE_DIR": str(base), "MLFLOW_TRACKING_URI": "off", "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        command, env={**variables, **environment}, capture_output=True, text=True, timeout=600, check=False
    )


@pytest.fixture(scope="session")
def train() -> Callable[..., subprocess.CompletedProcess[str]]:
    return run_train


@pytest.fixture(scope="session")
def lay_out() -> Job:
    """Lays out a job in a folder; hyperparameters given by name change the tiny defaults."""
    return lay_out_job


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """The same in the test's own folder."""
    return partial(lay_out_job, tmp_path)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """One finished tiny job, exported for devices too; tests read it and leave it as it is."""
    base = lay_out_job(tmp_path_factory.mktemp("trained"), edge_export="measured", edge_slow_ms="80")
    result = run_train(base, TRAINING_JOB_NAME="deer-tiny", VIGIL_EDGE_PYTHON=EDGE_PYTHON)
    assert result.returncode == 0, result.stderr
    return base, result
