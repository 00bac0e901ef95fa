"""A dataset version as CSV: a row a box, and one of a picture without; a row a picture where there are no boxes."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any

from inference.contracts.boxes_item import BoxedItem
from inference.contracts.dataset import Item

BOX = ("label", "x", "y", "width", "height")
OF_BOXES = ("path", "split", "group", "camera", "reviewed", "picture_width", "picture_height", *BOX)
OF_LABELS = ("path", "split", "group", "label")


def write_table(items: Iterable[Item]) -> bytes:
    found = list(items)
    boxed = any(isinstance(item, BoxedItem) for item in found)
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(OF_BOXES if boxed else OF_LABELS)
    for item in found:
        writer.writerows(_of_boxes(item) if isinstance(item, BoxedItem) else [_of_label(item)])
    return stream.getvalue().encode()


def _of_label(item: Item) -> tuple[Any, ...]:
    return item.path, item.split, item.group, item.label


def _of_boxes(item: BoxedItem) -> list[tuple[Any, ...]]:
    picture = (item.path, item.split, item.group, item.camera, item.reviewed, item.width, item.height)
    if not item.boxes:
        return [(*picture, *("" for _ in BOX))]
    return [(*picture, box.label, box.x, box.y, box.width, box.height) for box in item.boxes]
