"""The tasks that devices run, and all that differs between them here: from what a file answers to the task's answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.contracts.edge import EdgeModel
from inference.contracts.tasks.base import Answer, Task
from inference.contracts.tasks.image_classification import ClassPrediction, ImageClassification
from inference.contracts.tasks.object_detection import ObjectDetection
from inference.image_classification.input import Decoded
from inference.object_detection.answer import THRESHOLD, detections
from inference.object_detection.suppression import suppress

Outputs = Sequence[NDArray[np.float32]]
"""What a file answers, in the order of its signature's names; `inference.contracts.edge` says which of each task."""


@dataclass(frozen=True, kw_only=True)
class DeviceTask:
    task: Task
    thresholds: frozenset[str]
    """Names of those that `edge.json` has to have."""
    answer: Callable[[Outputs, Decoded, EdgeModel], Answer]
    """Raises ValueError for outputs that are none of the task's."""
    confidence: Callable[[Answer], float]
    """From 0 to 1, for reports."""


def _classified(outputs: Outputs, picture: Decoded, edge: EdgeModel) -> Answer:
    (scores,) = _of_shapes(outputs, (1, len(edge.classes)))
    found = dict(zip(edge.classes, scores[0].clip(0, 1).tolist(), strict=True))
    label = max(found, key=lambda name: found[name])
    return ClassPrediction(label=label, confidence=found[label], scores=found).model_dump()


def _detected(outputs: Outputs, picture: Decoded, edge: EdgeModel) -> Answer:
    places = outputs[0].shape[1] if outputs and outputs[0].ndim == 3 else 0
    boxes, scores = _of_shapes(outputs, (1, places, 4), (1, places, len(edge.classes)))
    found = suppress(boxes[0], scores[0])
    return detections(found, picture, edge.classes, edge.thresholds[THRESHOLD]).model_dump()


def _of_shapes(outputs: Outputs, *shapes: tuple[int, ...]) -> Outputs:
    found = tuple(output.shape for output in outputs)
    if found != shapes:
        raise ValueError(f"it answered arrays of the shapes {found}; {shapes} are expected")
    if not all(np.isfinite(output).all() for output in outputs):
        raise ValueError("it answered what is no finite number")
    return outputs


def _sureness(answer: Answer) -> float:
    """The best box's score, where callers are told of one; else how far the best box is from being certain."""
    best = max((box["score"] for box in answer["boxes"]), default=0.0)
    return best if best >= answer["threshold"] else 1 - best


DEVICE_TASKS = {
    one.task.name: one
    for one in (
        DeviceTask(
            task=ImageClassification(),
            thresholds=frozenset(),
            answer=_classified,
            confidence=lambda answer: answer["confidence"],
        ),
        DeviceTask(task=ObjectDetection(), thresholds=frozenset({THRESHOLD}), answer=_detected, confidence=_sureness),
    )
}
