"""`training_results.json` in the job's output: what people compare runs by, of the served and of the edge model."""

import json
from pathlib import Path
from typing import Any

from inference.contracts import Evaluation
from inference.contracts.edge import EDGE, EDGE_MODEL, EdgeModel

FILE = "training_results.json"
TEST = ("accuracy", "precision", "recall", "f1", "roc_auc", "macro_f1", "min_recall")
BENCHMARK = ("p50_ms", "p95_ms", "p99_ms", "size_mb")


def write_results(package: Path, classes: tuple[str, ...], output: Path) -> None:
    """From a finished package: the test split's metrics and confusion matrix, and a benchmark of each format."""
    evaluation = Evaluation.model_validate_json((package / "evaluation.json").read_bytes())
    edge = package / EDGE / EDGE_MODEL
    results: dict[str, Any] = {
        "dataset_version": evaluation.dataset_version,
        "classes": classes,
        "test_items": evaluation.test_items,
        "test": {name: evaluation.metrics[name] for name in TEST if name in evaluation.metrics},
        "intervals": {name: one.model_dump() for name, one in evaluation.intervals.items()},
        "confusion": evaluation.confusion,
        "benchmark": {
            "onnx": {name: evaluation.metrics[name] for name in (*TEST, *BENCHMARK) if name in evaluation.metrics}
        },
    }
    if edge.is_file():
        model = EdgeModel.model_validate_json(edge.read_bytes())
        for one in model.candidates:
            results["benchmark"][one.format] = {**one.metrics, "size_mb": one.size_mb}
        results |= {"ships": model.format, "why": model.why}
    (output / FILE).write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
