"""A TensorFlow Lite file measured on the test split: what it answers, how fast, how large it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic

from inference.contracts.edge import EdgeCandidate, EdgeFormat
from training_containers.contract import InternalFault
from training_containers.image_classification.edge.task import Answers, EdgePredictor, EdgeTask
from training_containers.image_classification.golden import CONTENT_TYPE, AnswerT
from training_containers.image_classification.pictures import LabelledT
from training_containers.packaging import measure_latency

TIMED_PICTURES = 50
EXPORT_TOLERANCE = 0.02
"""Of a score or a metric: what float32 may lie off the served network's, by another order of additions."""


@dataclass(frozen=True, kw_only=True)
class Measured(Generic[LabelledT, AnswerT]):
    """A format with its file, and its answers to the test split."""

    candidate: EdgeCandidate
    answers: Answers[LabelledT, AnswerT]
    predictor: EdgePredictor
    file: Path


def measure(model_format: EdgeFormat, file: Path, task: EdgeTask[LabelledT, AnswerT]) -> Measured[LabelledT, AnswerT]:
    """Through the interpreter, with the serving code's way from bytes to pixels; times are of one thread's processor.

    The latency is from the picture's bytes to its answer, as a device that is given frames takes it.
    """
    predictor, dataset = task.open(file), task.dataset
    answers = task.answers(predictor)
    timed = [((dataset.images / one.item.path).read_bytes(), CONTENT_TYPE) for one in answers[:TIMED_PICTURES]]
    metrics = {**task.metrics(answers), **measure_latency(predictor, timed)}
    candidate = EdgeCandidate(format=model_format, size_mb=file.stat().st_size / 1e6, metrics=metrics)
    return Measured(candidate=candidate, answers=answers, predictor=predictor, file=file)


def require_same_network(
    plain: Measured[Any, Any],
    served: Answers[Any, Any],
    metrics: Mapping[str, float],
    unchanged: Sequence[str] = (),
) -> None:
    """Raise InternalFault where the float32 file answers unlike the served graph: the export changed the network.

    Args:
        served: the served graph's answers.
        metrics: the served graph's; those that are `unchanged` count.
    """
    theirs = {one.item.path: one.answer.scores for one in served}
    off = {
        "scores": max(
            (
                abs(score - theirs[one.item.path][name])
                for one in plain.answers
                for name, score in one.answer.scores.items()
            ),
            default=0.0,
        ),
        **{name: abs(plain.candidate.metrics[name] - metrics[name]) for name in unchanged},
    }
    told = [f"{name} up to {value:.3g}" for name, value in off.items() if value > EXPORT_TOLERANCE]
    if told:
        raise InternalFault(
            f"the float32 TensorFlow Lite file's answers lie off the ONNX graph's: {', '.join(told)}; "
            f"at most {EXPORT_TOLERANCE} is explained by rounding: the edge export changed the network."
        )
