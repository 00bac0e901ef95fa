"""The channels `dataset` and `images`: a dataset version, and its pictures decoded once and kept in memory.

A picture takes 3 * image_size^2 bytes: 150 kB at 224 pixels, so 50,000 pictures take 7.5 GB.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from inference.contracts import Item, Split
from inference.image_classification.input import ImageInput
from training_containers.image_classification.pictures import PictureDataset, decode_split, read_version

Dataset = PictureDataset[Item]


@dataclass(frozen=True)
class Pictures:
    """Decoded pictures of one split, in the manifest's order."""

    pixels: Tensor  # uint8, (items, size, size, 3)
    labels: Tensor  # int64, (items,): index into the dataset's classes
    skipped: tuple[str, ...]  # "path: reason" of what could not be read

    def __len__(self) -> int:
        return len(self.labels)


def read_dataset(channel: Path, images: Path) -> Dataset:
    """Read `dataset.json` and `manifest.jsonl`.

    Raises:
        DataFault: they are missing, malformed, or leave a split or a class without items to train on.
    """
    return read_version(channel, images, Item, _faults)


def _faults(dataset: Dataset) -> list[str]:
    classes = dataset.summary.classes
    faults = []
    if len(classes) < 2:
        faults.append(f"there are {len(classes)} classes ({', '.join(classes)}); at least two are needed")
    if unknown := sorted({item.label for item in dataset.items} - set(classes)):
        faults.append(f"the labels {', '.join(unknown)} are not among the classes {', '.join(classes)}")
    counts = Counter(item.label for item in dataset.of(Split.TRAIN))
    if empty := [name for name in classes if counts[name] == 0]:
        faults.append(f"no item to train on for the class(es) {', '.join(empty)}")
    return faults


def load_pictures(dataset: Dataset, split: Split, contract: ImageInput) -> Pictures:
    """Decode a split's pictures; skip what cannot be read.

    Raises:
        DataFault: so many were skipped that the split, or in training a class, has none left.
    """
    classes = dataset.summary.classes

    def missing(left: Sequence[Item]) -> str:
        lost = set(classes) - {item.label for item in left}
        return f"of {', '.join(sorted(lost))}" if not left or (split == Split.TRAIN and lost) else ""

    decoded = decode_split(dataset, split, contract, missing)
    labels = torch.tensor([classes.index(item.label) for item in decoded.items])
    return Pictures(decoded.pixels, labels, decoded.skipped)


def class_weights(labels: Tensor, classes: Sequence[str]) -> Tensor:
    """Weights inverse to the classes' frequencies, float32 (classes,), one on average over the items."""
    counts = torch.bincount(labels, minlength=len(classes))
    return len(labels) / (len(classes) * counts.float())
