"""From the trained network to the package's `edge/` folder and the metrics that the gate reads of it."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from torch import nn

from inference.contracts import Evaluation
from inference.contracts.edge import EDGE, EDGE_FILE, EDGE_GOLDEN, EDGE_MODEL, EdgeModel
from inference.package import sha256
from training_containers.edge_export.request import EdgeRequest, tflite_file
from training_containers.image_classification.edge.choice import choose
from training_containers.image_classification.edge.environment import export
from training_containers.image_classification.edge.measurement import Measured, measure, require_same_network
from training_containers.image_classification.edge.task import Answers, EdgeTask
from training_containers.image_classification.golden import AnswerT
from training_containers.image_classification.pictures import LabelledT, calibration_pictures


def add_edge_model(
    directory: Path,
    task: EdgeTask[LabelledT, AnswerT],
    network: nn.Module,
    request: EdgeRequest,
    slow_ms: float,
    evaluation: Evaluation,
    test: Answers[LabelledT, AnswerT],
) -> Evaluation:
    """Export, measure and choose; the evaluation with `edge_...` metrics of the format that ships.

    Args:
        directory: the package's.
        slow_ms: see `EdgeModel`.
        evaluation: the served graph's.
        test: the served graph's answers to the test split.

    Raises:
        InternalFault: the export failed, or is another network than the one that is served.
    """
    with tempfile.TemporaryDirectory(prefix="edge-") as scratch:
        folder = Path(scratch)
        print("packaging: exporting to TensorFlow Lite", flush=True)
        export(network, request, calibration_pictures(task.dataset, task.contract), folder)
        plain = measure("float32", tflite_file(folder, "float32"), task)
        require_same_network(plain, test, evaluation.metrics, task.unchanged)
        small = measure("int8", tflite_file(folder, "int8"), task)
        difference = task.difference(small.answers, plain.answers)
        choice = choose(plain.candidate, small.candidate, difference, task.judged_on, task.margin)
        print(f"packaging: {choice.why}", flush=True)
        ships = small if choice.ships is small.candidate else plain
        _write(directory / EDGE, task, ships, (plain, small), choice.why, slow_ms)
    return _with_edge(evaluation, task, ships, (plain, small))


def _write(
    target: Path,
    task: EdgeTask[LabelledT, AnswerT],
    ships: Measured[LabelledT, AnswerT],
    measured: Sequence[Measured[LabelledT, AnswerT]],
    why: str,
    slow_ms: float,
) -> None:
    target.mkdir()
    shutil.copyfile(ships.file, target / EDGE_FILE)
    lines = "".join(f"{request.model_dump_json()}\n" for request in task.golden(ships.predictor, ships.answers))
    (target / EDGE_GOLDEN).write_text(lines, encoding="utf-8")
    model = EdgeModel(
        domain=task.dataset.summary.domain,
        task=task.name,
        classes=task.dataset.summary.classes,
        input=task.contract.model_dump(),
        thresholds=dict(ships.predictor.thresholds),
        format=ships.candidate.format,
        sha256=sha256(target / EDGE_FILE),
        golden_sha256=sha256(target / EDGE_GOLDEN),
        candidates=tuple(one.candidate for one in measured),
        why=why,
        slow_ms=slow_ms,
    )
    (target / EDGE_MODEL).write_text(model.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _with_edge(
    evaluation: Evaluation,
    task: EdgeTask[LabelledT, AnswerT],
    ships: Measured[LabelledT, AnswerT],
    measured: Sequence[Measured[Any, Any]],
) -> Evaluation:
    own = {**ships.candidate.metrics, "size_mb": ships.candidate.size_mb}
    formats = {
        f"edge_{one.candidate.format}": {**one.candidate.metrics, "size_mb": one.candidate.size_mb} for one in measured
    }
    intervals = task.intervals(ships.answers)
    return evaluation.model_copy(
        update={
            "metrics": {**evaluation.metrics, **{f"edge_{name}": value for name, value in own.items()}},
            "intervals": {**evaluation.intervals, **{f"edge_{name}": one for name, one in intervals.items()}},
            "components": {**evaluation.components, **formats},
        }
    )
