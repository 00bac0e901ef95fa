"""What int8 buys on a device, and what it costs: float32 against int8 of each architecture, in one run.

Each is trained by the image's own entry point on drawn television, whole recordings held out, and exported as runs of a
domain do; then both files are asked about the test split on one thread, beside the graph that the server runs. Times
are of the processor, from a picture's bytes to its scores. Writes benchmarks/results/edge.json and edge.md. It needs
`make setup-edge`.
"""

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from inference.contracts import DatasetSummary, Item, Split
from sandbox.simulators import ads

ROOT = Path(__file__).parents[1]
RESULT = Path(__file__).parent / "results" / "edge.json"
PAGE = RESULT.with_suffix(".md")
FROM_SCRATCH = {"train_only_top_layer": "false", "learning_rate": "0.003", "early_stopping_patience": "100"}
ARCHITECTURES: dict[str, dict[str, str]] = {
    "efficientnet_lite0": {},
    "mobilenet_v2": FROM_SCRATCH,
    "mobilenet_v3_small": FROM_SCRATCH,
    "mobilenet_v3_large": FROM_SCRATCH,
}
SHARES = ((Split.TRAIN, 0.6), (Split.CALIBRATION, 0.1), (Split.VALIDATION, 0.15), (Split.TEST, 0.15))
COLUMNS = ("size_mb", "p50_ms", "p95_ms", "p99_ms", "accuracy", "f1", "roc_auc")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.edge", description=__doc__)
    parser.add_argument("--frames", type=int, default=1440, help="drawn, 36 a recording (default: %(default)s)")
    parser.add_argument("--size", type=int, default=160, help="pixels of the network's input (default: %(default)s)")
    parser.add_argument("--epochs", type=int, default=12, help="of the networks that start from scratch")
    parser.add_argument("--architectures", nargs="+", default=list(ARCHITECTURES), choices=list(ARCHITECTURES))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        drawn = ads.write(Path(folder) / "drawn", asked.frames)
        measured = {}
        for name in asked.architectures:
            settings = {"architecture": name, "image_size": str(asked.size), "epochs": str(asked.epochs)}
            measured[name] = job(Path(folder) / name, drawn, settings | ARCHITECTURES[name])
    result = {
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "load_average": round(os.getloadavg()[0], 1),
        "pixels": asked.size,
        "frames": asked.frames,
        "architectures": measured,
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(result), encoding="utf-8")
    print(page(result))


def job(base: Path, drawn: Path, settings: dict[str, str]) -> dict[str, Any]:
    """The job's `training_results.json`."""
    lay_out(base, drawn)
    settings = {**settings, "edge_export": "measured"}
    (base / "input" / "config").mkdir()
    (base / "input" / "config" / "hyperparameters.json").write_text(json.dumps(settings), encoding="utf-8")
    edge = os.environ.get("VIGIL_EDGE_PYTHON", str(ROOT / ".venv-edge" / "bin" / "python"))
    variables = {"SAGEMAKER_BASE_DIR": str(base), "OMP_NUM_THREADS": "1", "MLFLOW_TRACKING_URI": "off"}
    subprocess.run(
        [sys.executable, "-m", "training_containers.image_classification", "train"],
        env={**os.environ, **variables, "VIGIL_EDGE_PYTHON": edge},
        check=True,
    )
    return json.loads((base / "output" / "data" / "training_results.json").read_text(encoding="utf-8"))


def lay_out(base: Path, drawn: Path) -> None:
    """A dataset version of the drawn frames, each recording in one split."""
    rows = json.loads((drawn / "labels.json").read_text(encoding="utf-8"))
    splits = splits_of(row["recording"] for row in rows)
    items = [
        Item(path=row["imageName"], label=row["label"], split=splits[row["recording"]], group=row["recording"])
        for row in rows
    ]
    channels = base / "input" / "data"
    (channels / "dataset").mkdir(parents=True)
    (channels / "images").symlink_to(drawn / "frames")
    summary = DatasetSummary(domain="ads", version="benchmark", classes=ads.CLASSES, counts={}, duplicates=0)
    (channels / "dataset" / "dataset.json").write_text(summary.model_dump_json(), encoding="utf-8")
    lines = "\n".join(item.model_dump_json() for item in items)
    (channels / "dataset" / "manifest.jsonl").write_text(lines, encoding="utf-8")


def splits_of(recordings: Iterable[str]) -> dict[str, Split]:
    """By the rank of a hash, so that few recordings, too, give each split its share."""
    ranked = sorted(set(recordings), key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    ends = np.cumsum([share for _, share in SHARES]) * len(ranked)
    return {
        name: SHARES[min(int(np.searchsorted(ends, rank + 0.5)), len(SHARES) - 1)][0]
        for rank, name in enumerate(ranked)
    }


def page(result: dict[str, Any]) -> str:
    head = ["# Float32 against int8 on the edge", "", "Made by `python -m benchmarks.edge`.", ""]
    head += [
        f"{result['at']}, {result['machine']}, load {result['load_average']}, {result['pixels']} pixels, one thread. "
        "Milliseconds of the processor from a picture's bytes to its scores; the served graph also measures features "
        "for drift.",
        "",
        f"| architecture | format | {' | '.join(COLUMNS)} |",
        f"| --- | --- |{' ---: |' * len(COLUMNS)}",
    ]
    rows = []
    for name, measured in result["architectures"].items():
        for model_format, metrics in measured["benchmark"].items():
            ships = " (ships)" if model_format == measured["ships"] else ""
            cells = " | ".join(f"{metrics[column]:.3f}" if column in metrics else "" for column in COLUMNS)
            rows.append(f"| {name} | {model_format}{ships} | {cells} |")
    why = [f"- {name}: {measured['why']}" for name, measured in result["architectures"].items()]
    return "\n".join([*head, *rows, "", *why, ""])


if __name__ == "__main__":
    main()
