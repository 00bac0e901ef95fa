"""Drawn pictures of camera traps, and a detector's heads that learn from some of them on a frozen backbone."""

import json
import math
from pathlib import Path
from typing import NamedTuple

import torch
from PIL import Image

from benchmarks.shared.labelling_order import judged_detection
from inference.contracts import DatasetSummary, Split
from inference.contracts.boxes import FoundBox, LabelledBox
from inference.contracts.boxes_item import EMPTY, BoxedItem
from inference.contracts.reviews import Detection
from inference.contracts.tasks.object_detection import Detections, ObjectDetection
from inference.image_classification.input import ImageInput
from inference.object_detection.answer import Found
from sandbox.simulators import deer
from sandbox.simulators.deer.dataset import Options
from training_containers.object_detection.anchors import anchors
from training_containers.object_detection.answers import Answered
from training_containers.object_detection.architectures import build
from training_containers.object_detection.coco import evaluate
from training_containers.object_detection.data import Dataset, Pictures, load_pictures
from training_containers.object_detection.found import found
from training_containers.object_detection.loss import detection_loss
from training_containers.object_detection.network import Heads
from training_containers.object_detection.samples import FrozenFeatures
from training_containers.object_detection.threshold import choose_threshold

SIZE, BATCH, RATE, WARM_UP = 160, 16, 3e-3, 8
CLASSES = ("deer",)
VALIDATION = 60
"""Pictures that the threshold of each model is chosen on, as a training job does; nothing learns from them."""
PER_EMPTY = 0.1
CPU = torch.device("cpu")


class Drawn(NamedTuple):
    pool: Pictures
    test: Pictures
    validation: Pictures


def draw(folder: Path, pool: int, test: int, seed: int) -> Drawn:
    """Three weeks at the same cameras."""
    counts = {"pool": pool, "test": test, "validation": VALIDATION}
    return Drawn(
        *(
            _pictures(folder / name, count, 1000 * week + seed, seed)
            for week, (name, count) in enumerate(counts.items())
        )
    )


def _pictures(folder: Path, count: int, seed: int, places: int) -> Pictures:
    deer.write(folder, Options(pictures=count, cameras=8, lookalikes=0.4, seed=seed, places_seed=places))
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


class Learner:
    def __init__(self, drawn: Drawn, seed: int, steps: int) -> None:
        torch.manual_seed(seed)
        backbone = build("ssdlite_efficientnet_lite0", len(CLASSES), pretrained=True).backbone.eval()
        self._pool, self._test = (FrozenFeatures(backbone, one, 1, seed) for one in drawn[:2])
        self._validation = FrozenFeatures(backbone, drawn.validation, 1, seed)
        for features in (self._pool, self._test, self._validation):
            features.batch(torch.tensor([0]), CPU)  # computed here, while the pictures are there
        self._drawn, self._channels, self._seed, self._steps = drawn, backbone.channels, seed, steps
        self._anchors = anchors(SIZE)
        self._heads = Heads(self._channels, len(CLASSES))

    def learn(self, rows: list[int]) -> None:
        """New heads, from the same start, for as many steps as ever."""
        torch.manual_seed(self._seed)
        self._heads = Heads(self._channels, len(CLASSES))
        optimizer = torch.optim.AdamW(self._heads.parameters(), RATE, weight_decay=1e-4)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min((step + 1) / WARM_UP, 0.5 * (1 + math.cos(math.pi * step / self._steps)))
        )
        shuffled = torch.cat([torch.randperm(len(rows)) for _ in range(self._steps * BATCH // len(rows) + 1)])
        for step in range(self._steps):
            chosen = torch.tensor(rows)[shuffled[step * BATCH : (step + 1) * BATCH]]
            batch = self._pool.batch(chosen, CPU)
            logits, deltas = self._heads.train()(*batch.inputs)
            loss = detection_loss(logits, deltas, batch.targets, self._anchors)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self._heads.parameters(), 10.0)
            optimizer.step()
            schedule.step()

    def judged(self, without: set[int]) -> list[Detection]:
        """The pool's other pictures, as predictions that wait for a review."""
        rows = [row for row in range(len(self._drawn.pool.items)) if row not in without]
        limit, task = self._threshold(), ObjectDetection()
        return [
            judged_detection(row, answered.item.path, task.uncertainty(answered.answer.model_dump()))
            for row, answered in zip(rows, self._answers(self._pool, self._drawn.pool, rows, limit), strict=True)
        ]

    def _threshold(self) -> float:
        pictures = self._drawn.validation
        answers = self._answers(self._validation, pictures, list(range(len(pictures.items))), 0.5)
        return choose_threshold(answers, CLASSES, PER_EMPTY)

    def test_ap(self) -> float:
        """COCO's, 0.5 to 0.95."""
        items = self._drawn.test.items
        boxes = self._boxes(self._test, self._drawn.test, list(range(len(items))))
        return evaluate([item.boxes for item in items], boxes, CLASSES).ap

    def _answers(
        self, features: FrozenFeatures, pictures: Pictures, rows: list[int], threshold: float
    ) -> list[Answered]:
        found = []
        for row, boxes in zip(rows, self._boxes(features, pictures, rows), strict=True):
            item = pictures.items[row]
            answer = Detections(
                width=item.width, height=item.height, classes=CLASSES, threshold=threshold, boxes=tuple(boxes)
            )
            found.append(Answered(item, answer))
        return found

    @torch.inference_mode()
    def _boxes(self, features: FrozenFeatures, pictures: Pictures, rows: list[int]) -> list[list[FoundBox]]:
        self._heads.eval()
        boxes = []
        for chunk in torch.tensor(rows).split(64):
            logits, deltas = self._heads(*features.batch(chunk, CPU).inputs)
            for row, scores, places in zip(chunk.tolist(), logits, deltas, strict=True):
                boxes.append(_in_pixels(pictures.items[row], found(scores, places, self._anchors)))
        return boxes


def _in_pixels(item: BoxedItem, answer: Found) -> list[FoundBox]:
    sides = (item.width, item.height, item.width, item.height)
    rows = zip((answer.boxes * sides).tolist(), answer.scores.tolist(), answer.labels.tolist(), strict=True)
    return [
        FoundBox(label=CLASSES[label], score=min(score, 1.0), x=x, y=y, width=right - x, height=low - y)
        for (x, y, right, low), score, label in rows
        if right > x and low > y
    ]
