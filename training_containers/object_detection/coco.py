"""Average precision as COCO measures it, by pycocotools, and what it matched to what.

https://cocodataset.org/#detection-eval
"""

import contextlib
import io
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from inference.contracts.boxes import FoundBox, LabelledBox

DIGITS = 12
"""A perfect average is 1, and not 1 less a rounding error."""


class Matches(NamedTuple):
    """Of one class. An overlap is one of COCO's ten intersections over union, 0.5 to 0.95."""

    scores: NDArray[np.float64]  # (found,): best first
    right: NDArray[np.bool_]  # (overlaps, found): whether it found a box that none better had found
    picture: NDArray[np.int64]  # (found,)
    true_areas: NDArray[np.float64]  # (true,): square pixels
    true_pictures: NDArray[np.int64]  # (true,)
    true_scores: NDArray[np.float64]  # (true,): of what found it at an overlap of 0.5; -1: nothing did


class Evaluated(NamedTuple):
    ap: float
    """Mean over overlaps and classes; 0 where there is nothing to find."""
    ap50: float
    """At an overlap of 0.5."""
    matches: tuple[Matches, ...]
    """By class."""


def evaluate(
    truth: Sequence[Sequence[LabelledBox]], found: Sequence[Sequence[FoundBox]], classes: Sequence[str]
) -> Evaluated:
    """Hold what was found in each picture against what is there; boxes of other classes are left out of both."""
    with contextlib.redirect_stdout(io.StringIO()):  # it prints tables
        true, answers = _coco(truth, classes), _coco(found, classes)
        run = COCOeval(true, answers, "bbox")
        run.params.imgIds, run.params.catIds = list(range(len(truth))), list(range(len(classes)))
        run.evaluate()
        run.accumulate()
    precision = run.eval["precision"][..., 0, -1]  # overlaps, recalls, classes; of all areas, with most boxes
    shown = precision[0, 0] > -1  # classes without a true box have no average precision
    means = precision[..., shown].mean(axis=(1, 2)) if shown.any() else np.zeros(len(precision))
    per_class = len(run.params.areaRng) * len(truth)
    tables = (run.evalImgs[start : start + len(truth)] for start in range(0, per_class * len(classes), per_class))
    areas = {number: one["area"] for number, one in true.anns.items()}
    return Evaluated(
        round(float(means.mean()), DIGITS),
        round(float(means[0]), DIGITS),
        tuple(_matches(table, areas) for table in tables),
    )


def _coco(pictures: Sequence[Sequence[LabelledBox]], classes: Sequence[str]) -> COCO:
    """A dataset; numbers of annotations start at 1, since 0 is `nothing` to pycocotools."""
    annotations: list[dict[str, Any]] = []
    for number, boxes in enumerate(pictures):
        for box in boxes:
            if box.label in classes:
                what = {"id": len(annotations) + 1, "image_id": number, "category_id": classes.index(box.label)}
                place = {"bbox": [box.x, box.y, box.width, box.height], "area": box.area, "iscrowd": 0}
                annotations.append({**what, **place, "score": getattr(box, "score", 1.0)})
    dataset = COCO()
    dataset.dataset = {
        "images": [{"id": number} for number in range(len(pictures))],
        "categories": [{"id": number} for number in range(len(classes))],
        "annotations": annotations,
    }
    dataset.createIndex()
    return dataset


def _matches(table: Sequence[dict[str, Any] | None], areas: dict[int, float]) -> Matches:
    """From pycocotools' pages, one a picture, None where nothing is there and nothing was found."""
    pages = [(number, page) for number, page in enumerate(table) if page is not None]
    scores = np.array([score for _, page in pages for score in page["dtScores"]], np.float64)
    order = np.argsort(-scores, kind="stable")
    right = np.concatenate([page["dtMatches"] > 0 for _, page in pages] or [np.zeros((10, 0), bool)], axis=1)
    by_id = {number: score for _, page in pages for number, score in zip(page["dtIds"], page["dtScores"], strict=True)}
    true = [
        (areas[one], picture, by_id.get(int(by), -1.0))
        for picture, page in pages
        for one, by in zip(page["gtIds"], page["gtMatches"][0], strict=True)
    ]
    columns = np.array(true, np.float64).reshape(-1, 3)
    return Matches(
        scores=scores[order],
        right=right[:, order],
        picture=np.array([number for number, page in pages for _ in page["dtScores"]], np.int64)[order],
        true_areas=columns[:, 0],
        true_pictures=columns[:, 1].astype(np.int64),
        true_scores=columns[:, 2],
    )
