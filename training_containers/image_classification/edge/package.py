"""From the trained network to the package's `edge/` folder and the metrics that the gate reads of it."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from inference.contracts import Evaluation, Interval
from inference.contracts.edge import EDGE, EDGE_FILE, EDGE_GOLDEN, EDGE_MODEL, EdgeModel
from inference.image_classification.input import ImageInput
from inference.package import sha256
from training_containers.edge_export.request import EdgeRequest, tflite_file
from training_containers.image_classification.answers import Answered, golden_requests
from training_containers.image_classification.config import ImageClassificationHyperparameters
from training_containers.image_classification.data import Dataset, calibration_pictures
from training_containers.image_classification.edge.choice import choose
from training_containers.image_classification.edge.environment import export
from training_containers.image_classification.edge.measurement import Measured, measure, require_same_network
from training_containers.image_classification.network import PictureNetwork
from training_containers.packaging import classification_differences


def add_edge_model(
    directory: Path,
    network: PictureNetwork,
    settings: ImageClassificationHyperparameters,
    dataset: Dataset,
    contract: ImageInput,
    evaluation: Evaluation,
    test: Sequence[Answered],
) -> Evaluation:
    """Export, measure and choose; the evaluation with `edge_...` metrics of the format that ships.

    Args:
        directory: the package's.
        test: the served graph's answers to the test split.

    Raises:
        InternalFault: the export failed, or is another network than the one that is served.
    """
    request = EdgeRequest(
        architecture=settings.architecture,
        classes=len(dataset.summary.classes),
        width_multiplier=settings.width_multiplier,
        image_size=contract.size,
    )
    with tempfile.TemporaryDirectory(prefix="edge-") as scratch:
        folder = Path(scratch)
        print("packaging: exporting to TensorFlow Lite", flush=True)
        export(network, request, calibration_pictures(dataset, contract), folder)
        plain = measure("float32", tflite_file(folder, "float32"), dataset, contract)
        require_same_network(plain, test)
        small = measure("int8", tflite_file(folder, "int8"), dataset, contract)
        choice = choose(plain.candidate, small.candidate, _difference(small, plain, dataset))
        print(f"packaging: {choice.why}", flush=True)
        ships = small if choice.ships is small.candidate else plain
        _write(directory / EDGE, ships, (plain, small), choice.why, settings.edge_slow_ms, dataset, contract)
    return _with_edge(evaluation, ships, (plain, small))


def _difference(small: Measured, plain: Measured, dataset: Dataset) -> Interval:
    truth, groups = [one.item.label for one in plain.answers], [one.item.group for one in plain.answers]
    ours, theirs = ([one.answer.label for one in measured.answers] for measured in (small, plain))
    return classification_differences(truth, ours, theirs, groups, dataset.summary.classes)["accuracy"]


def _write(
    target: Path,
    ships: Measured,
    measured: Sequence[Measured],
    why: str,
    slow_ms: float,
    dataset: Dataset,
    contract: ImageInput,
) -> None:
    target.mkdir()
    shutil.copyfile(ships.file, target / EDGE_FILE)
    golden = golden_requests(ships.predictor, dataset, ships.answers, contract)
    lines = "".join(f"{request.model_dump_json()}\n" for request in golden)
    (target / EDGE_GOLDEN).write_text(lines, encoding="utf-8")
    model = EdgeModel(
        domain=dataset.summary.domain,
        task="image_classification",
        classes=dataset.summary.classes,
        input=contract.model_dump(),
        format=ships.candidate.format,
        sha256=sha256(target / EDGE_FILE),
        golden_sha256=sha256(target / EDGE_GOLDEN),
        candidates=tuple(one.candidate for one in measured),
        why=why,
        slow_ms=slow_ms,
    )
    (target / EDGE_MODEL).write_text(model.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _with_edge(evaluation: Evaluation, ships: Measured, measured: Sequence[Measured]) -> Evaluation:
    own = {**ships.candidate.metrics, "size_mb": ships.candidate.size_mb}
    formats = {
        f"edge_{one.candidate.format}": {**one.candidate.metrics, "size_mb": one.candidate.size_mb} for one in measured
    }
    return evaluation.model_copy(
        update={
            "metrics": {**evaluation.metrics, **{f"edge_{name}": value for name, value in own.items()}},
            "intervals": {**evaluation.intervals, **{f"edge_{name}": one for name, one in ships.intervals.items()}},
            "components": {**evaluation.components, **formats},
        }
    )
