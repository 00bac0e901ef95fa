"""YOLO's format: a text file a picture, and data.yaml. https://docs.ultralytics.com/datasets/detect/."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from inference.contracts.annotations.base import AnnotationsError
from inference.contracts.boxes import Box
from inference.contracts.boxes_item import BoxedItem
from inference.contracts.dataset import Split

DIGITS = 6
NAMES = {Split.TRAIN: "train", Split.VALIDATION: "val", Split.TEST: "test"}
"""What YOLO calls splits; others keep their names."""


def write_yolo(items: Iterable[BoxedItem], classes: Sequence[str], about: Mapping[str, str]) -> dict[str, bytes]:
    """Labels lie beside `images/` as pictures lie in it; a picture of nothing has an empty file."""
    numbers = {name: number for number, name in enumerate(classes)}
    files: dict[str, bytes] = {}
    splits: list[Split] = []
    for item in items:
        name = str(PurePosixPath("labels", item.split, item.path).with_suffix(".txt"))
        if name in files:
            raise AnnotationsError(f"{item.path} and another picture differ in their suffix alone; rename one")
        files[name] = "".join(_line(numbers[box.label], item, box) for box in item.boxes).encode()
        splits.append(item.split)
    lines = [f"# {name}: {value}" for name, value in about.items()]
    lines += ["path: ."]
    lines += [f"{NAMES.get(split, split)}: images/{split}" for split in Split if split in splits]
    lines += ["names:", *(f"  {number}: {json.dumps(name)}" for name, number in numbers.items())]
    return {"data.yaml": "".join(f"{line}\n" for line in lines).encode(), **files}


def _line(number: int, item: BoxedItem, box: Box) -> str:
    """Class, then the box's middle, width and height in parts of the picture."""
    parts = (
        (box.x + box.width / 2) / item.width,
        (box.y + box.height / 2) / item.height,
        box.width / item.width,
        box.height / item.height,
    )
    return f"{number} {' '.join(f'{part:.{DIGITS}f}' for part in parts)}\n"
