"""A small training job on simulated buildings, laid out as data preparation leaves it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from inference.contracts import SPLITS, DatasetSummary, Split
from inference.contracts.zones import ZoneItem, ZoneLayout, ZoneSignals
from sandbox.simulators.fire import CampaignOptions, simulate_campaign
from sandbox.simulators.fire.sensors import CHANNELS

ROOT = Path(__file__).parents[3]
SMALL = {
    "folds": "2",
    "most_rows": "4000",
    "most_windows": "512",
    "epochs": "1",
    "width": "8",
    "rounds": "6",
    "trees": "10",
}
Job = Callable[..., Path]


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    raw, folder = tmp_path_factory.mktemp("raw"), tmp_path_factory.mktemp("dataset")
    list(simulate_campaign(CampaignOptions(sites=3, days=2, hours=2, fires=60, seed=3), raw))
    adjacent = json.loads((raw / "schema.json").read_text())["adjacent"]
    signals = ZoneSignals(channels=CHANNELS)
    (folder / "zones.json").write_text(ZoneLayout(signals=signals, adjacent=adjacent).model_dump_json())
    days = sorted({path.stem for path in raw.glob("*/*.parquet")})
    items, counts = [], {split: {"normal": 0, "fire": 0} for split in SPLITS}
    for path in sorted(raw.glob("*/*.parquet")):
        table = pq.read_table(path)
        written = folder / "tables" / path.parent.name / path.name
        written.parent.mkdir(parents=True, exist_ok=True)
        names = ["hazard" if name == "fire" else name for name in table.column_names]
        pq.write_table(table.rename_columns(names), written)
        is_test, site = path.stem == days[-1], path.parent.name
        split = Split.TEST if is_test else Split.VALIDATION if site.endswith("0") else Split.TRAIN
        label = "fire" if table["fire"].to_numpy().any() else "normal"
        counts[split][label] += 1
        name = str(written.relative_to(folder))
        items.append(ZoneItem(path=name, label=label, split=split, group=site, block=path.stem))
    (folder / "manifest.jsonl").write_text("".join(f"{item.model_dump_json()}\n" for item in items))
    summary = DatasetSummary(
        domain="fire", version="0123456789abcdef", classes=("normal", "fire"), counts=counts, duplicates=0
    )
    (folder / "dataset.json").write_text(summary.model_dump_json())
    return folder


@pytest.fixture(scope="session")
def lay_out(dataset: Path) -> Job:
    """Lays out a job in a folder; hyperparameters given by name change the small defaults."""

    def lay(base: Path, **hyperparameters: str) -> Path:
        (base / "input" / "data").mkdir(parents=True)
        (base / "input" / "data" / "dataset").symlink_to(dataset)
        config = base / "input" / "config"
        config.mkdir(parents=True)
        (config / "hyperparameters.json").write_text(json.dumps(SMALL | hyperparameters))
        return base

    return lay


def start(base: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "ignore", "-m", "training_containers.ensemble", "train"]
    variables = {**os.environ, "SAGEMAKER_BASE_DIR": str(base), "MLFLOW_TRACKING_URI": "off", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        command, cwd=ROOT, env=variables, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


@pytest.fixture(scope="session")
def started() -> Callable[[Path], subprocess.Popen[str]]:
    return start


@pytest.fixture(scope="session")
def trained(lay_out: Job, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished job, its log in `log.txt`."""
    base = lay_out(tmp_path_factory.mktemp("job"))
    process = start(base)
    log, _ = process.communicate(timeout=900)
    assert process.returncode == 0, log
    (base / "log.txt").write_text(log)
    return base
