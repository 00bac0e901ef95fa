"""The channels `dataset` and `images`: a dataset version, and its pictures decoded once and kept in memory.

A picture takes 3 * image_size^2 bytes: 307 kB at 320 pixels, so 20,000 pictures take 6 GB.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from pydantic import ValidationError
from torch import Tensor

from inference.contracts import SPLITS, DatasetSummary, Split
from inference.contracts.boxes_item import BoxedItem
from inference.errors import BadRequest
from inference.image_classification.input import ImageInput, decode, to_input
from training_containers.contract import DataFault
from training_containers.object_detection.matching import Targets


@dataclass(frozen=True)
class Dataset:
    """A dataset version and the folder its pictures are in."""

    summary: DatasetSummary
    items: tuple[BoxedItem, ...]
    images: Path

    def of(self, split: Split) -> list[BoxedItem]:
        return [item for item in self.items if item.split == split]


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
    try:
        summary = DatasetSummary.model_validate_json((channel / "dataset.json").read_bytes())
        lines = (channel / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
        items = tuple(BoxedItem.model_validate_json(line) for line in lines if line.strip())
    except (OSError, ValidationError) as error:
        raise DataFault(f"the channel 'dataset' holds no dataset version: {error}. Run data preparation.") from error
    dataset = Dataset(summary, items, images)
    _require_trainable(dataset)
    return dataset


def _require_trainable(dataset: Dataset) -> None:
    classes = dataset.summary.classes
    unknown = sorted({box.label for item in dataset.items for box in item.boxes} - set(classes))
    learned = {box.label for item in dataset.of(Split.TRAIN) for box in item.boxes}
    faults = [f"the {split} split has no items" for split in SPLITS if not dataset.of(split)]
    if unknown:
        faults.append(f"boxes are labelled {', '.join(unknown)}, which is not among the classes {', '.join(classes)}")
    if missing := [name for name in classes if name not in learned]:
        faults.append(f"no box to learn from for the class(es) {', '.join(missing)}")
    faults += [
        f"the {split} split has no picture with a box"
        for split in (Split.VALIDATION, Split.TEST)
        if dataset.of(split) and not any(item.boxes for item in dataset.of(split))
    ]
    if faults:
        version = dataset.summary.version
        raise DataFault(f"dataset version {version} cannot be trained on: {'; '.join(faults)}. Label more pictures.")


def load_pictures(dataset: Dataset, split: Split, contract: ImageInput) -> Pictures:
    """Decode a split's pictures exactly as serving does, several at a time; skip what cannot be read.

    Raises:
        DataFault: so many were skipped that no box is left.
    """
    items = dataset.of(split)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(pool.map(lambda item: _load(dataset.images / item.path, contract), items))
    skipped = tuple(f"{item.path}: {o}" for item, o in zip(items, outcomes, strict=True) if isinstance(o, str))
    kept = [(item, o) for item, o in zip(items, outcomes, strict=True) if not isinstance(o, str)]
    if not any(item.boxes for item, _ in kept):
        raise DataFault(
            f"{len(skipped)} of {len(items)} pictures of the {split} split cannot be read, which leaves none with a "
            f"box; the first: {'; '.join(skipped[:3])}"
        )
    return Pictures(
        items=[item for item, _ in kept],
        pixels=torch.from_numpy(np.stack([pixels for _, pixels in kept])),
        targets=[targets_of(item, dataset.summary.classes) for item, _ in kept],
        skipped=skipped,
    )


def targets_of(item: BoxedItem, classes: tuple[str, ...]) -> Targets:
    """The item's boxes in parts of the picture."""
    sides = (item.width, item.height, item.width, item.height)
    found = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in item.boxes]
    boxes = torch.tensor(found, dtype=torch.float32).view(-1, 4) / torch.tensor(sides)
    return Targets(boxes.clamp(0, 1), torch.tensor([classes.index(box.label) for box in item.boxes], dtype=torch.int64))


def _load(path: Path, contract: ImageInput) -> np.ndarray | str:
    """The picture, or the reason why there is none."""
    try:
        return to_input(decode(path.read_bytes(), contract.size), contract)
    except FileNotFoundError:
        return "the file is missing in the channel 'images'"
    except (OSError, BadRequest) as error:
        return str(error)
