"""MegaDetector's results, as its package and its successor write them.

An object with `detection_categories` and `images`, boxes in parts of the picture as [x, y, width, height]:
https://lila.science/megadetector-output-format. Or a list of pictures, boxes in pixels as [x1, y1, x2, y2]:
https://microsoft.github.io/MegaDetector/output_format/.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from inference.contracts.annotations.base import (
    Annotated,
    AnnotationsError,
    Drawn,
    class_of,
    is_number,
    loaded,
    path_fault,
    place_of,
    refuse,
    slashed,
    unknown_categories,
)

WHAT = "MegaDetector's results"
NAMES = ("animal", "person", "vehicle")
CONFIDENCE = 0.2
"""Least that counts by default, as MegaDetector's own programs have it."""


def read_megadetector(
    body: bytes, categories: Mapping[str, str], confidence: float = CONFIDENCE, below: str = ""
) -> list[Annotated]:
    """One entry a picture that was looked at. `categories`: animal, person or vehicle -> class; others are left out.

    `below`: the folder of the pictures, with a slash at its end, for results that name them in full.

    Raises AnnotationsError, which names every fault (ten at most).
    """
    content = loaded(body, WHAT)
    relative = isinstance(content, dict)
    images = content.get("images") if isinstance(content, dict) else content
    names = content.get("detection_categories") if isinstance(content, dict) else None
    if not isinstance(images, list) or (relative and not isinstance(names, dict)):
        raise AnnotationsError(
            f"the file of {WHAT} is neither an object with detection_categories and images, nor a list of pictures"
        )
    faults = list(unknown_categories(categories, NAMES if names is None else names.values()))
    found: dict[str, Annotated] = {}
    for place, image in enumerate(images, start=1):
        path = slashed(image.get("file"), below) if isinstance(image, dict) else None
        fault = f"{path!r:.60} stands twice" if isinstance(path, str) and path in found else path_fault(path)
        if fault is not None or not isinstance(path, str):
            faults.append(f"picture no. {place}: {fault}")
            continue
        detections = image.get("detections")
        if detections is None and image.get("failure"):
            continue  # MegaDetector could not read it, and says nothing of what it shows
        drawn = list(_drawn(detections, names, categories, confidence, faults, f"picture {path!r:.60}"))
        found[path] = Annotated(path, tuple(drawn), *place_of(path, {}), relative=relative)
    refuse(faults, WHAT)
    return list(found.values())


def _drawn(
    detections: Any,
    names: Mapping[str, Any] | None,
    categories: Mapping[str, str],
    confidence: float,
    faults: list[str],
    where: str,
) -> Iterator[Drawn]:
    """`names`: of numbered categories; None: categories are called by name, and boxes have two corners."""
    if not isinstance(detections, list):
        faults.append(f"{where} has no list of detections")
        return
    for one in detections:
        score = one.get("confidence" if names is None else "conf") if isinstance(one, dict) else None
        box = one.get("bbox") if isinstance(one, dict) else None
        if not is_number(score) or not isinstance(box, list) or len(box) != 4 or not all(map(is_number, box)):
            faults.append(f"{where} has a detection without its confidence and box: {one!r:.60}")
            continue
        category = one.get("category")
        name = category if names is None else names.get(category) if isinstance(category, str) else None
        if not isinstance(name, str):
            faults.append(f"{where} has a detection of the category {category!r:.20}, which is none")
            continue
        label = class_of(name, categories)
        if label is not None and score >= confidence:
            x, y, right, bottom = box
            yield Drawn(label, x, y, right - x, bottom - y) if names is None else Drawn(label, *box)
