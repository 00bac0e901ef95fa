"""The channels `dataset` and `images`: a dataset version, and its pictures decoded once and kept in memory.

A picture takes 3 * image_size^2 bytes: 307 kB at 320 pixels, so 20,000 pictures take 6 GB.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from inference.contracts import Split
from inference.contracts.boxes_item import BoxedItem
from inference.image_classification.input import ImageInput
from training_containers.image_classification.pictures import PictureDataset, decode_split, read_version
from training_containers.object_detection.matching import Targets

Dataset = PictureDataset[BoxedItem]


@dataclass(frozen=True)
class Pictures:
    """Decoded pictures of one split with their boxes, in the manifest's order."""

    items: list[BoxedItem]
    pixels: Tensor  # uint8, (items, size, size, 3)
    targets: list[Targets]
    skipped: tuple[str, ...]  # "path: reason" of what could not be read


def read_dataset(channel: Path, images: Path) -> Dataset:
    """Read `dataset.json` and `manifest.jsonl`.

    Raises:
        DataFault: they are missing, malformed, or leave a split without items or a class without boxes to learn from.
    """
    return read_version(channel, images, BoxedItem, _faults)


def _faults(dataset: Dataset) -> list[str]:
    classes = dataset.summary.classes
    learned = {box.label for item in dataset.of(Split.TRAIN) for box in item.boxes}
    faults = []
    if unknown := sorted({box.label for item in dataset.items for box in item.boxes} - set(classes)):
        faults.append(f"boxes are labelled {', '.join(unknown)}, which is not among the classes {', '.join(classes)}")
    if missing := [name for name in classes if name not in learned]:
        faults.append(f"no box to learn from for the class(es) {', '.join(missing)}")
    faults += [
        f"the {split} split has no picture with a box"
        for split in (Split.VALIDATION, Split.TEST)
        if dataset.of(split) and not any(item.boxes for item in dataset.of(split))
    ]
    return faults


def load_pictures(dataset: Dataset, split: Split, contract: ImageInput) -> Pictures:
    """Decode a split's pictures; skip what cannot be read.

    Raises:
        DataFault: so many were skipped that no box is left.
    """
    decoded = decode_split(
        dataset, split, contract, lambda left: "" if any(item.boxes for item in left) else "with a box"
    )
    targets = [targets_of(item, dataset.summary.classes) for item in decoded.items]
    return Pictures(decoded.items, decoded.pixels, targets, decoded.skipped)


def targets_of(item: BoxedItem, classes: tuple[str, ...]) -> Targets:
    """The item's boxes in parts of the picture."""
    sides = (item.width, item.height, item.width, item.height)
    found = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in item.boxes]
    boxes = torch.tensor(found, dtype=torch.float32).view(-1, 4) / torch.tensor(sides)
    return Targets(boxes.clamp(0, 1), torch.tensor([classes.index(box.label) for box in item.boxes], dtype=torch.int64))
