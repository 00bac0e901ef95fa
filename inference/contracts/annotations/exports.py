"""A dataset version in the format that was asked for."""

import json
from collections.abc import Sequence
from typing import Literal, get_args

from pydantic import ValidationError

from inference.contracts.annotations.base import AnnotationsError
from inference.contracts.annotations.coco import write_coco
from inference.contracts.annotations.table import write_table
from inference.contracts.annotations.yolo import write_yolo
from inference.contracts.boxes_item import BoxedItem
from inference.contracts.dataset import DatasetSummary, Item, Split

ExportFormat = Literal["coco", "yolo", "csv"]
FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)


def read_manifest(body: bytes) -> list[Item]:
    """Items of `manifest.jsonl`; raises AnnotationsError where they are no pictures."""
    try:
        return [
            (BoxedItem if b'"boxes"' in line and "boxes" in json.loads(line) else Item).model_validate_json(line)
            for line in body.splitlines()
        ]
    except ValidationError as error:
        raise AnnotationsError("this dataset version is not of pictures; only those are exported") from error


def export(form: ExportFormat, summary: DatasetSummary, items: Sequence[Item]) -> dict[str, bytes]:
    """Files of annotations, name -> content; pictures belong beside them, by `picture_path`.

    Raises AnnotationsError where the format has boxes and the items have none.
    """
    if form == "csv":
        return {"annotations.csv": write_table(items)}
    boxed = [item for item in items if isinstance(item, BoxedItem)]
    if len(boxed) < len(items):
        raise AnnotationsError(f"items of {summary.domain} have no boxes, which {form} is about; ask for csv")
    about = {"description": f"{summary.domain}, dataset version {summary.version}", "version": summary.version}
    if form == "yolo":
        return write_yolo(boxed, summary.classes, about)
    splits = [split for split in Split if any(item.split is split for item in boxed)]
    by_split = {f"{split}.json": [item for item in boxed if item.split is split] for split in splits}
    every = {"annotations.json": boxed, **by_split}
    return {name: write_coco(some, summary.classes, about) for name, some in every.items()}


def picture_path(form: ExportFormat, item: Item) -> str:
    """Where a picture lies beside the annotations: YOLO wants a folder a split."""
    return f"images/{item.split}/{item.path}" if form == "yolo" else f"images/{item.path}"
