"""A detector's heads that learn from some pictures on a frozen backbone, and judge others."""

import math
from collections.abc import Sequence

import torch
from torch.optim.swa_utils import AveragedModel

from benchmarks.shared.labelling import CLASSES, SIZE, Drawn
from benchmarks.shared.labelling_order import judged_detection
from inference.contracts.boxes import FoundBox
from inference.contracts.boxes_item import BoxedItem
from inference.contracts.reviews import Detection
from inference.contracts.tasks.object_detection import Detections, ObjectDetection
from inference.object_detection.answer import Found
from training_containers.object_detection.anchors import anchors
from training_containers.object_detection.answers import Answered
from training_containers.object_detection.architectures import build
from training_containers.object_detection.augment import draw
from training_containers.object_detection.coco import evaluate
from training_containers.object_detection.data import Pictures
from training_containers.object_detection.found import found
from training_containers.object_detection.loss import detection_loss
from training_containers.object_detection.network import Heads
from training_containers.object_detection.samples import FrozenFeatures
from training_containers.object_detection.threshold import choose_threshold
from training_containers.torch_run.averaging import move_average

BATCH, RATE, WARM_UP, VIEWS = 8, 5e-3, 20, 3
PER_EMPTY = 0.1
"""Boxes told on an empty validation picture: what the domain's threshold is chosen by."""
CPU = torch.device("cpu")


class Learner:
    def __init__(self, drawn: Drawn, seed: int) -> None:
        torch.manual_seed(seed)
        backbone = build("ssdlite_efficientnet_lite0", len(CLASSES), pretrained=True).backbone.eval()
        self._known = FrozenFeatures(backbone, drawn.known, VIEWS, seed)
        self._test, self._validation = (FrozenFeatures(backbone, one, 1, seed) for one in drawn[2:])
        for features in (self._known, self._test, self._validation):
            features.batch(torch.tensor([0]), CPU)  # computed here, while the pictures are there
        self._drawn, self._channels, self._seed = drawn, backbone.channels, seed
        self._anchors = anchors(SIZE)

    def learned(self, rows: Sequence[int], steps: int, start: Heads | None = None) -> Heads:
        """Heads that learned from the first pictures and these of the pool; from `start` on, or from nothing."""
        torch.manual_seed(self._seed)
        heads = Heads(self._channels, len(CLASSES)).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        if start is not None:
            heads.load_state_dict(start.state_dict())
        average = AveragedModel(heads, multi_avg_fn=move_average, use_buffers=True)
        optimizer = torch.optim.AdamW(heads.parameters(), RATE, weight_decay=1e-4, fused=True)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min((step + 1) / WARM_UP, 0.5 * (1 + math.cos(math.pi * step / steps)))
        )
        known = torch.tensor([*range(self._drawn.first), *(self._drawn.first + row for row in rows)])
        shuffled = torch.cat([torch.randperm(len(known)) for _ in range(steps * BATCH // len(known) + 1)])
        draws = draw(self._seed, 0, steps * BATCH)
        for step in range(steps):
            part = slice(step * BATCH, (step + 1) * BATCH)
            batch = self._known.batch(known[shuffled[part]], CPU, draws[part])
            logits, deltas = heads.train()(*(one.contiguous(memory_format=torch.channels_last) for one in batch.inputs))
            loss = detection_loss(logits, deltas, batch.targets, self._anchors)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(heads.parameters(), 10.0)
            optimizer.step()
            schedule.step()
            average.update_parameters(heads)
        return average.module.eval()

    def judged(self, heads: Heads, rows: Sequence[int]) -> list[Detection]:
        """These pictures of the pool, as predictions that wait for a review."""
        task, pictures, limit = ObjectDetection(), self._drawn.known, self._threshold(heads)
        places = [self._drawn.first + row for row in rows]
        answers = _answers(pictures, places, self._boxes(heads, self._known, pictures, places), limit)
        return [
            judged_detection(row, one.item.path, task.uncertainty(one.answer.model_dump()))
            for row, one in zip(rows, answers, strict=True)
        ]

    def measured(self, heads: Heads) -> tuple[float, float]:
        """AP and AP50 on the test pictures."""
        items = self._drawn.test.items
        boxes = self._boxes(heads, self._test, self._drawn.test, range(len(items)))
        told = evaluate([item.boxes for item in items], boxes, CLASSES)
        return told.ap, told.ap50

    def _threshold(self, heads: Heads) -> float:
        pictures, rows = self._drawn.validation, range(len(self._drawn.validation.items))
        answers = _answers(pictures, rows, self._boxes(heads, self._validation, pictures, rows), 0.5)
        return choose_threshold(answers, CLASSES, PER_EMPTY)

    @torch.inference_mode()
    def _boxes(
        self, heads: Heads, features: FrozenFeatures, pictures: Pictures, rows: Sequence[int]
    ) -> list[list[FoundBox]]:
        boxes = []
        for chunk in torch.tensor(rows).split(64):
            logits, deltas = heads(*features.batch(chunk, CPU).inputs)
            for row, scores, places in zip(chunk.tolist(), logits, deltas, strict=True):
                boxes.append(_in_pixels(pictures.items[row], found(scores, places, self._anchors)))
        return boxes


def _answers(
    pictures: Pictures, rows: Sequence[int], boxes: Sequence[list[FoundBox]], threshold: float
) -> list[Answered]:
    answered = []
    for row, told in zip(rows, boxes, strict=True):
        item = pictures.items[row]
        answer = Detections(
            width=item.width, height=item.height, classes=CLASSES, threshold=threshold, boxes=tuple(told)
        )
        answered.append(Answered(item, answer))
    return answered


def _in_pixels(item: BoxedItem, answer: Found) -> list[FoundBox]:
    sides = (item.width, item.height, item.width, item.height)
    rows = zip((answer.boxes * sides).tolist(), answer.scores.tolist(), answer.labels.tolist(), strict=True)
    return [
        FoundBox(label=CLASSES[label], score=min(score, 1.0), x=x, y=y, width=right - x, height=low - y)
        for (x, y, right, low), score, label in rows
        if right > x and low > y
    ]
