"""How many pictures and boxes there are, by split and camera, and what of it a person should know. Pure."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from inference.contracts import Finding
from inference.contracts.boxes_item import BoxedItem
from lambdas.data_prep.boxes.spec import Boxes

STATISTICS = "statistics.json"
"""A version's file: `splits` and `cameras` (each -> pictures, empty, groups, boxes by class; cameras -> splits)."""


def statistics(items: Sequence[BoxedItem]) -> bytes:
    splits: dict[str, list[BoxedItem]] = defaultdict(list)
    cameras: dict[str, list[BoxedItem]] = defaultdict(list)
    for item in items:
        splits[item.split].append(item)
        cameras[item.camera].append(item)
    found = {
        "splits": {name: _counts(splits[name]) for name in sorted(splits)},
        "cameras": {
            name: {**_counts(cameras[name]), "splits": sorted({item.split for item in cameras[name]})}
            for name in sorted(cameras)
        },
    }
    return json.dumps(found, indent=1).encode()


def _counts(items: Sequence[BoxedItem]) -> dict[str, Any]:
    boxes = Counter(box.label for item in items for box in item.boxes)
    return {
        "pictures": len(items),
        "empty": sum(not item.boxes for item in items),
        "groups": len({item.group for item in items}),
        "boxes": dict(sorted(boxes.items())),
    }


def findings(items: Sequence[BoxedItem], left_out: set[str], spec: Boxes) -> list[Finding]:
    """`left_out`: look-alikes of what judges, gone from what learns."""
    found = []
    cameras = {item.camera for item in items if item.camera}
    if len(cameras) < spec.enough_cameras:
        detail = (
            f"pictures of {len(cameras)} cameras, fewer than {spec.enough_cameras}: how the model does on another "
            "camera is not tested; add cameras, or write the camera of each picture."
        )
        found.append(_finding(spec, "few_cameras", len(items), detail))
    unknown = sum(not item.camera for item in items)
    if unknown:
        detail = f"their rows have no {spec.camera_column}, so intervals by camera count them as one; write it."
        found.append(_finding(spec, "unknown_camera", unknown, detail))
    if all(item.boxes for item in items):
        detail = "every picture has a box, so that false positives on empty pictures are not tested; add empty ones."
        found.append(_finding(spec, "no_empties", len(items), detail))
    tiny = sum(box.area < spec.tiny * item.width * item.height for item in items for box in item.boxes)
    if tiny:
        detail = f"boxes smaller than {spec.tiny:.2%} of their picture, which a detector hardly finds; check them."
        found.append(_finding(spec, "tiny_boxes", tiny, detail))
    if left_out:
        detail = "look like pictures of a split that judges what learns from them, and were left out of what learns."
        found.append(_finding(spec, "look_alikes", len(left_out), detail, repaired=True))
    return found


def _finding(spec: Boxes, kind: str, count: int, detail: str, repaired: bool = False) -> Finding:
    return Finding(item=spec.prefix or "raw data", kind=kind, count=count, detail=detail, repaired=repaired)
