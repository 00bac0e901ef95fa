"""The channels `dataset` and `images`: a dataset version, and its pictures decoded once and kept in memory.

A picture takes 3 * image_size^2 bytes: 150 kB at 224 pixels, so 50,000 pictures take 7.5 GB.
"""

import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from pydantic import ValidationError
from torch import Tensor

from inference.contracts import SPLITS, DatasetSummary, Item, Split
from inference.errors import BadRequest
from inference.image_classification.input import ImageInput, decode, to_input
from training_containers.contract import DataFault

CALIBRATION_PICTURES = 128


@dataclass(frozen=True)
class Dataset:
    """A dataset version and the folder its pictures are in."""

    summary: DatasetSummary
    items: tuple[Item, ...]
    images: Path

    def of(self, split: Split) -> list[Item]:
        return [item for item in self.items if item.split == split]


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
    try:
        summary = DatasetSummary.model_validate_json((channel / "dataset.json").read_bytes())
        lines = (channel / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
        items = tuple(Item.model_validate_json(line) for line in lines if line.strip())
    except (OSError, ValidationError) as error:
        raise DataFault(f"the channel 'dataset' holds no dataset version: {error}. Run data preparation.") from error
    dataset = Dataset(summary, items, images)
    _require_trainable(dataset)
    return dataset


def _require_trainable(dataset: Dataset) -> None:
    classes = dataset.summary.classes
    faults = []
    if len(classes) < 2:
        faults.append(f"there are {len(classes)} classes ({', '.join(classes)}); at least two are needed")
    unknown = sorted({item.label for item in dataset.items} - set(classes))
    if unknown:
        faults.append(f"the labels {', '.join(unknown)} are not among the classes {', '.join(classes)}")
    faults += [f"the {split} split has no items" for split in SPLITS if not dataset.of(split)]
    counts = Counter(item.label for item in dataset.of(Split.TRAIN))
    empty = [name for name in classes if counts[name] == 0]
    if empty:
        faults.append(f"no item to train on for the class(es) {', '.join(empty)}")
    if faults:
        version = dataset.summary.version
        raise DataFault(f"dataset version {version} cannot be trained on: {'; '.join(faults)}. Label more pictures.")


def load_pictures(dataset: Dataset, split: Split, contract: ImageInput) -> Pictures:
    """Decode a split's pictures exactly as serving does, several at a time; skip what cannot be read.

    Raises:
        DataFault: so many were skipped that the split, or in training a class, has none left.
    """
    items = dataset.of(split)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(pool.map(lambda item: _load(dataset.images / item.path, contract), items))
    skipped = tuple(f"{item.path}: {o}" for item, o in zip(items, outcomes, strict=True) if isinstance(o, str))
    kept = [(item, o) for item, o in zip(items, outcomes, strict=True) if not isinstance(o, str)]
    classes = dataset.summary.classes
    lost = set(classes) - {item.label for item, _ in kept}
    if not kept or (split == Split.TRAIN and lost):
        raise DataFault(
            f"{len(skipped)} of {len(items)} pictures of the {split} split cannot be read, which leaves none of "
            f"{', '.join(sorted(lost))}; the first: {'; '.join(skipped[:3])}"
        )
    return Pictures(
        pixels=torch.from_numpy(np.stack([pixels for _, pixels in kept])),
        labels=torch.tensor([classes.index(item.label) for item, _ in kept]),
        skipped=skipped,
    )


def calibration_pictures(dataset: Dataset, contract: ImageInput) -> np.ndarray:
    """Pictures that a quantised model's ranges are measured on, uint8 (at most `CALIBRATION_PICTURES`, size, size, 3).

    Spread evenly over the calibration split; over the training split where the dataset version has none.

    Raises:
        DataFault: none of them can be read.
    """
    items = dataset.of(Split.CALIBRATION) or dataset.of(Split.TRAIN)
    chosen = np.unique(np.linspace(0, len(items) - 1, CALIBRATION_PICTURES).round().astype(int))
    outcomes = [_load(dataset.images / items[number].path, contract) for number in chosen]
    pictures = [outcome for outcome in outcomes if not isinstance(outcome, str)]
    if not pictures:
        raise DataFault(f"none of {len(chosen)} pictures to calibrate with can be read; the first: {outcomes[0]}")
    return np.stack(pictures)


def _load(path: Path, contract: ImageInput) -> np.ndarray | str:
    """The picture, or the reason why there is none."""
    try:
        return to_input(decode(path.read_bytes(), contract.size), contract)
    except FileNotFoundError:
        return "the file is missing in the channel 'images'"
    except (OSError, BadRequest) as error:
        return str(error)


def class_weights(labels: Tensor, classes: Sequence[str]) -> Tensor:
    """Weights inverse to the classes' frequencies, float32 (classes,), one on average over the items."""
    counts = torch.bincount(labels, minlength=len(classes))
    return len(labels) / (len(classes) * counts.float())
