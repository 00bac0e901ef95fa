"""A TensorFlow Lite file measured on the test split: what it answers, how fast, how large it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inference.contracts import Interval, Split
from inference.contracts.edge import EdgeCandidate, EdgeFormat
from inference.image_classification.input import ImageInput
from training_containers.contract import InternalFault
from training_containers.image_classification.answers import Answered, answers_to
from training_containers.image_classification.data import Dataset
from training_containers.image_classification.edge.tflite import TfliteClassifier
from training_containers.image_classification.golden import CONTENT_TYPE
from training_containers.image_classification.quality import quality
from training_containers.packaging import measure_latency

TIMED_PICTURES = 50
EXPORT_TOLERANCE = 0.02
"""Of a score: what float32 may lie off the served network's, by another order of additions."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A format with its file, its answers to the test split, and what they show."""

    candidate: EdgeCandidate
    intervals: dict[str, Interval]
    answers: tuple[Answered, ...]
    predictor: TfliteClassifier
    file: Path


def measure(model_format: EdgeFormat, file: Path, dataset: Dataset, contract: ImageInput) -> Measured:
    """Through the interpreter, with the serving code's way from bytes to pixels; times are of one thread's processor.

    The latency is from the picture's bytes to its scores, as a device that is given frames takes it.
    """
    classes = dataset.summary.classes
    predictor = TfliteClassifier(file, classes, contract)
    answers = tuple(answers_to(predictor, dataset, Split.TEST))
    metrics, intervals = quality(answers, classes)
    timed = [((dataset.images / one.item.path).read_bytes(), CONTENT_TYPE) for one in answers[:TIMED_PICTURES]]
    latency = measure_latency(predictor, timed)
    size = file.stat().st_size / 1e6
    candidate = EdgeCandidate(format=model_format, size_mb=size, metrics={**metrics, **latency})
    return Measured(candidate=candidate, intervals=intervals, answers=answers, predictor=predictor, file=file)


def require_same_network(plain: Measured, served: Sequence[Answered]) -> None:
    """Raise InternalFault where the float32 file answers unlike the served graph: the export changed the network."""
    theirs = {one.item.path: one.answer.scores for one in served}
    off = max(
        (
            abs(score - theirs[one.item.path][name])
            for one in plain.answers
            for name, score in one.answer.scores.items()
        ),
        default=0.0,
    )
    if off > EXPORT_TOLERANCE:
        raise InternalFault(
            f"the float32 TensorFlow Lite file's scores lie up to {off:.3g} off the ONNX graph's; "
            f"at most {EXPORT_TOLERANCE} is explained by rounding: the edge export changed the network."
        )
