"""From boxes in parts of a picture to the task's answer: alike in serving, training and on devices. Numpy only."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inference.contracts.boxes import MOST_BOXES, FoundBox
from inference.contracts.tasks.object_detection import FLOOR, Detections
from inference.image_classification.input import Decoded

THRESHOLD = "box"
"""Name of the one threshold in a manifest: boxes that score less are kept from callers."""
DIGITS = 2
"""Of a pixel."""


class Found(NamedTuple):
    """Boxes in any order, those that overlap a better one of their class left out already."""

    boxes: NDArray[np.float32]
    """(n, 4): left, top, right, bottom in parts of the picture; they may leave it."""
    scores: NDArray[np.float32]
    """(n,), from 0 to 1."""
    labels: NDArray[np.int64]
    """(n,): indices into the classes."""


def detections(
    found: Found,
    picture: Decoded,
    classes: Sequence[str],
    threshold: float,
    features: Mapping[str, float] | None = None,
) -> Detections:
    """The answer about a picture, in pixels of it as it was sent."""
    return Detections(
        width=picture.width,
        height=picture.height,
        classes=tuple(classes),
        threshold=threshold,
        boxes=tuple(_boxes(found, (picture.width, picture.height), classes)),
        features=dict(features or {}),
    )


def _boxes(found: Found, size: tuple[int, int], classes: Sequence[str]) -> Iterator[FoundBox]:
    """Best first and within the picture; what is left of none of it is left out."""
    corners = (found.boxes.clip(0, 1) * (*size, *size)).round(DIGITS)
    for row in np.argsort(-found.scores, kind="stable")[:MOST_BOXES]:
        left, top, right, bottom = corners[row].tolist()
        if found.scores[row] >= FLOOR and right > left and bottom > top:
            yield FoundBox(
                label=classes[found.labels[row]],
                score=min(float(found.scores[row]), 1.0),
                x=left,
                y=top,
                width=round(right - left, DIGITS),
                height=round(bottom - top, DIGITS),
            )
