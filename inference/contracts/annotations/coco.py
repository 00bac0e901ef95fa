"""COCO's format of objects in pictures: https://cocodataset.org/#format-data."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from inference.contracts.annotations.coco_box import bbox_fault, box_of
from inference.contracts.boxes_item import EMPTY, BoxedItem

WHAT = "COCO annotations"


def write_coco(items: Iterable[BoxedItem], classes: Sequence[str], about: Mapping[str, str]) -> bytes:
    """Pictures with what Vigil knows of them beside COCO's own: split, group, camera, reviewed."""
    numbers = {name: number for number, name in enumerate(classes, start=1)}
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, item in enumerate(items, start=1):
        known = {"split": item.split, "group": item.group, "camera": item.camera, "reviewed": item.reviewed}
        images.append({"id": number, "file_name": item.path, "width": item.width, "height": item.height, **known})
        for box in item.boxes:
            annotation = {"id": len(annotations) + 1, "image_id": number, "category_id": numbers[box.label]}
            drawn = {"bbox": [box.x, box.y, box.width, box.height], "area": box.area, "iscrowd": 0}
            annotations.append({**annotation, **drawn})
    categories = [{"id": number, "name": name} for name, number in numbers.items()]
    content = {"info": dict(about), "images": images, "annotations": annotations, "categories": categories}
    return json.dumps(content, indent=1).encode()


def read_coco(body: bytes, categories: Mapping[str, str] | None = None, below: str = "") -> list[Annotated]:
    """One entry a picture, also where nothing is in it. `categories`: COCO's name -> class; others are left out.

    `below`: the folder of the pictures, with a slash at its end, for files that name them in full.

    Raises AnnotationsError, which names every fault (ten at most).
    """
    content = loaded(body, WHAT)
    lists = ("images", "annotations", "categories")
    if not isinstance(content, dict) or not all(isinstance(content.get(name), list) for name in lists):
        raise AnnotationsError(f"the file of {WHAT} is no object with the lists {', '.join(lists)}")
    faults: list[str] = []
    names = {one["id"]: one["name"] for one in _with(content["categories"], ("id", "name"), "category", faults)}
    faults += unknown_categories(categories or {}, names.values())
    images = {one["id"]: one for one in _with(content["images"], ("id", "file_name"), "image", faults)}
    images = {number: {**one, "file_name": slashed(one["file_name"], below)} for number, one in images.items()}
    faults += _image_faults(images.values())
    boxes: dict[Any, dict[Drawn, None]] = {number: {} for number in images}  # one that is drawn twice is one
    unusable: dict[Any, list[str]] = {number: [] for number in images}
    for place, one in enumerate(content["annotations"], start=1):
        fault = _annotation_fault(one, images, names)
        if fault is not None:
            faults.append(f"annotation {_name(one, place)}: {fault}")
            continue
        label = class_of(names[one["category_id"]], categories or {})
        if label is None or label.casefold() == EMPTY:  # COCO Camera Traps' category of pictures of nothing
            continue
        box = box_of(one)
        if isinstance(box, str):
            unusable[one["image_id"]].append(box)
        else:
            boxes[one["image_id"]][Drawn(label, *box)] = None
    refuse(faults, WHAT)
    return [_annotated(one, [*boxes[number]], unusable[number]) for number, one in images.items()]


def _name(annotation: Any, place: int) -> str:
    number = annotation.get("id") if isinstance(annotation, dict) else None
    return f"no. {place}" if number is None else f"{number!r:.20}"


def _with(entries: Sequence[Any], members: Sequence[str], what: str, faults: list[str]) -> Iterator[dict[str, Any]]:
    """Entries that have the members and an id of their own."""
    seen = set()
    for place, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict) or any(name not in entry for name in members):
            faults.append(f"{what} no. {place} is no object with {', '.join(members)}")
        elif not isinstance(entry["id"], int | str) or entry["id"] in seen:
            faults.append(f"{what} no. {place} has the id {entry['id']!r:.20}, which is none, or another's")
        else:
            seen.add(entry["id"])
            yield entry


def _image_faults(images: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    names = set()
    for one in images:
        fault = path_fault(one["file_name"])
        if fault is None and one["file_name"] in names:
            fault = f"{one['file_name']!r:.60} stands twice"
        if fault is None and any(not _is_side(one.get(side)) for side in ("width", "height")):
            fault = f"{one['file_name']!r:.60} has a width or height that is no whole number"
        if fault is not None:
            yield f"image {one['id']!r:.20}: {fault}"
        else:
            names.add(one["file_name"])


def _is_side(value: Any) -> bool:
    return value is None or (is_number(value) and float(value).is_integer())


def _annotation_fault(one: Any, images: Mapping[Any, Any], names: Mapping[Any, Any]) -> str | None:
    if not isinstance(one, dict) or any(name not in one for name in ("image_id", "category_id")):
        return "it is no object with image_id, category_id"
    if not isinstance(one["image_id"], int | str) or one["image_id"] not in images:
        return f"there is no image {one['image_id']!r:.20}"
    if not isinstance(one["category_id"], int | str) or one["category_id"] not in names:
        return f"there is no category {one['category_id']!r:.20}; known: {', '.join(map(str, names)) or 'none'}"
    if not isinstance(names[one["category_id"]], str):
        return f"its category's name is {names[one['category_id']]!r:.20}; a text is needed"
    return bbox_fault(one)


def _annotated(image: Mapping[str, Any], boxes: Sequence[Drawn], unusable: Iterable[str]) -> Annotated:
    told = image.get("width") and image.get("height")
    size = (int(image["width"]), int(image["height"])) if told else None
    path = image["file_name"]
    return Annotated(
        path, tuple(boxes), *place_of(path, image), relative=False, size=size, unusable=tuple(dict.fromkeys(unusable))
    )
