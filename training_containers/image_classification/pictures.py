"""A dataset version of pictures, whatever they are labelled with: read, and decoded exactly as serving does."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
import torch
from pydantic import ValidationError
from torch import Tensor

from inference.contracts import SPLITS, DatasetSummary, Item, Split
from inference.errors import BadRequest
from inference.image_classification.input import ImageInput, decode, to_input
from training_containers.contract import DataFault

CALIBRATION_PICTURES = 128

LabelledT = TypeVar("LabelledT", bound=Item)


@dataclass(frozen=True)
class PictureDataset(Generic[LabelledT]):
    """A dataset version and the folder its pictures are in."""

    summary: DatasetSummary
    items: tuple[LabelledT, ...]
    images: Path

    def of(self, split: Split) -> list[LabelledT]:
        return [item for item in self.items if item.split == split]


@dataclass(frozen=True)
class Decoded(Generic[LabelledT]):
    """What could be read of a split, in the manifest's order."""

    items: list[LabelledT]
    pixels: Tensor  # uint8, (items, size, size, 3)
    skipped: tuple[str, ...]  # "path: reason" of what could not be read


def read_version(
    channel: Path, images: Path, kind: type[LabelledT], faults_of: Callable[[PictureDataset[LabelledT]], list[str]]
) -> PictureDataset[LabelledT]:
    """Read `dataset.json` and `manifest.jsonl`.

    Args:
        kind: of the manifest's lines.
        faults_of: why nothing can be learned from the dataset version; empty where it can.

    Raises:
        DataFault: they are missing or malformed, a split has no items, or there are faults.
    """
    try:
        summary = DatasetSummary.model_validate_json((channel / "dataset.json").read_bytes())
        lines = (channel / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
        items = tuple(kind.model_validate_json(line) for line in lines if line.strip())
    except (OSError, ValidationError) as error:
        raise DataFault(f"the channel 'dataset' holds no dataset version: {error}. Run data preparation.") from error
    dataset = PictureDataset(summary, items, images)
    faults = [f"the {split} split has no items" for split in SPLITS if not dataset.of(split)] + faults_of(dataset)
    if faults:
        reasons = "; ".join(faults)
        raise DataFault(f"dataset version {summary.version} cannot be trained on: {reasons}. Label more pictures.")
    return dataset


def decode_split(
    dataset: PictureDataset[LabelledT], split: Split, contract: ImageInput, missing: Callable[[list[LabelledT]], str]
) -> Decoded[LabelledT]:
    """Decode a split's pictures, several at a time; skip what cannot be read.

    Args:
        missing: what there must be among the items that are left and is not, as "of cat"; empty where nothing is.

    Raises:
        DataFault: so many were skipped that something is missing.
    """
    items = dataset.of(split)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(pool.map(lambda item: load_picture(dataset.images / item.path, contract), items))
    skipped = tuple(f"{item.path}: {o}" for item, o in zip(items, outcomes, strict=True) if isinstance(o, str))
    kept = [(item, o) for item, o in zip(items, outcomes, strict=True) if not isinstance(o, str)]
    if lost := missing(left := [item for item, _ in kept]):
        raise DataFault(
            f"{len(skipped)} of {len(items)} pictures of the {split} split cannot be read, which leaves none {lost}; "
            f"the first: {'; '.join(skipped[:3])}"
        )
    return Decoded(left, torch.from_numpy(np.stack([pixels for _, pixels in kept])), skipped)


def calibration_pictures(dataset: PictureDataset[LabelledT], contract: ImageInput) -> np.ndarray:
    """Pictures that a quantised model's ranges are measured on, uint8 (at most `CALIBRATION_PICTURES`, size, size, 3).

    Spread evenly over the calibration split; over the training split where the dataset version has none.

    Raises:
        DataFault: none of them can be read.
    """
    items = dataset.of(Split.CALIBRATION) or dataset.of(Split.TRAIN)
    chosen = np.unique(np.linspace(0, len(items) - 1, CALIBRATION_PICTURES).round().astype(int))
    outcomes = [load_picture(dataset.images / items[number].path, contract) for number in chosen]
    pictures = [outcome for outcome in outcomes if not isinstance(outcome, str)]
    if not pictures:
        raise DataFault(f"none of {len(chosen)} pictures to calibrate with can be read; the first: {outcomes[0]}")
    return np.stack(pictures)


def load_picture(path: Path, contract: ImageInput) -> np.ndarray | str:
    """The picture, or the reason why there is none."""
    try:
        return to_input(decode(path.read_bytes(), contract.size), contract)
    except FileNotFoundError:
        return "the file is missing in the channel 'images'"
    except (OSError, BadRequest) as error:
        return str(error)
