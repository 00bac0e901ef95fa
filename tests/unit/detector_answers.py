"""Answers to pictures of 200 x 100 pixels, for tests of what is measured on them."""

from inference.contracts import Split
from inference.contracts.boxes import FoundBox, LabelledBox
from inference.contracts.boxes_item import EMPTY, BoxedItem
from inference.contracts.tasks.object_detection import Detections
from training_containers.object_detection.answers import Answered

Place = tuple[float, float, float, float]
"""Left, top, width, height."""
WIDTH, HEIGHT = 200, 100


def answered(
    true: list[Place], found: list[tuple[Place, float]], camera: str = "a", threshold: float = 0.5, label: str = "deer"
) -> Answered:
    """`found`: places and scores, best first."""
    boxes = tuple(LabelledBox(label=label, x=x, y=y, width=w, height=h) for x, y, w, h in true)
    item = BoxedItem(
        path=f"{camera}.jpg",
        label=label if true else EMPTY,
        split=Split.TEST,
        group=camera,
        width=WIDTH,
        height=HEIGHT,
        boxes=boxes,
        camera=camera,
    )
    answer = Detections(
        width=WIDTH,
        height=HEIGHT,
        classes=("deer", "boar"),
        threshold=threshold,
        boxes=tuple(FoundBox(label=label, score=score, x=x, y=y, width=w, height=h) for (x, y, w, h), score in found),
    )
    return Answered(item, answer)
