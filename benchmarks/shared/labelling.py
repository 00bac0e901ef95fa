"""Drawn pictures of camera traps: what a first release learned from, what waits for labels, and what is tested on."""

import json
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import torch
from PIL import Image

from inference.contracts import DatasetSummary, Split
from inference.contracts.boxes import LabelledBox
from inference.contracts.boxes_item import EMPTY, BoxedItem
from inference.image_classification.input import ImageInput
from sandbox.simulators import deer
from sandbox.simulators.deer.dataset import Options
from training_containers.object_detection.data import Dataset, Pictures, load_pictures

SIZE = 160
CLASSES = ("deer",)
VALIDATION = 60
"""Pictures that each model's threshold is chosen on, as a training job does; nothing learns from them."""
BEFORE = Options(cameras=8, longest_burst=5)
"""Where the release learned: without look-alikes."""
NOW = replace(BEFORE, empties=0.5, lookalikes=0.6)
ELSEWHERE = 500
"""Far from the numbers of other seeds' places."""


class Sizes(NamedTuple):
    """Pictures of each part."""

    first: int
    pool: int
    test: int


class Drawn(NamedTuple):
    known: Pictures
    """The first ones, and behind them those that wait for labels."""
    first: int
    test: Pictures
    validation: Pictures


def draw(folder: Path, sizes: Sizes, seed: int) -> Drawn:
    """Weeks at cameras: the first and the validation's at some, the pool's and the test's at others."""
    there, here = replace(BEFORE, places_seed=ELSEWHERE + seed), replace(NOW, places_seed=seed)
    first = _pictures(folder / "first", replace(there, pictures=sizes.first, seed=1000 + seed))
    validation = _pictures(folder / "validation", replace(there, pictures=VALIDATION, seed=2000 + seed))
    pool = _pictures(folder / "pool", replace(here, pictures=sizes.pool, seed=3000 + seed))
    test = _pictures(folder / "test", replace(here, pictures=sizes.test, seed=4000 + seed, longest_burst=1))
    pixels = torch.cat([first.pixels, pool.pixels])
    known = Pictures(first.items + pool.items, pixels, first.targets + pool.targets, ())
    return Drawn(known, len(first.items), test, validation)


def _pictures(folder: Path, options: Options) -> Pictures:
    deer.write(folder, options)
    items = []
    for row in json.loads((folder / "labels.json").read_text()):
        with Image.open(folder / "images" / row["imageName"]) as picture:
            width, height = picture.size
        boxes = tuple(LabelledBox(**box) for box in json.loads(row["boxes"]))
        label, group = boxes[0].label if boxes else EMPTY, f"{row['camera']}/{row['event']}"
        items.append(
            BoxedItem(path=row["imageName"], label=label, split=Split.TRAIN, group=group, width=width, height=height,
                      boxes=boxes, camera=row["camera"])
        )  # fmt: skip
    summary = DatasetSummary(domain="deer", version="0" * 16, classes=CLASSES, counts={}, duplicates=0)
    return load_pictures(Dataset(summary, tuple(items), folder / "images"), Split.TRAIN, ImageInput(size=SIZE))
