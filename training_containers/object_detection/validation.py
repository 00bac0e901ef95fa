"""What an epoch's weights are worth on the validation split."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import nn

from inference.contracts.boxes import FoundBox
from inference.contracts.boxes_item import BoxedItem
from inference.object_detection.answer import Found
from training_containers.object_detection.anchors import anchors
from training_containers.object_detection.coco import evaluate
from training_containers.object_detection.found import found
from training_containers.object_detection.loss import detection_loss
from training_containers.object_detection.samples import Samples

BATCH = 32


class Scores(NamedTuple):
    loss: float
    ap: float
    ap50: float


class Validation:
    """Holds a network's answers against these items, in the order of a stage's samples."""

    def __init__(self, items: Sequence[BoxedItem], classes: Sequence[str], image_size: int) -> None:
        self._items, self._classes = items, classes
        self.anchors = anchors(image_size)

    @torch.inference_mode()
    def measure(self, network: nn.Module, samples: Samples, device: torch.device) -> Scores:
        network.eval()
        against = self.anchors.to(device)
        losses, answers = 0.0, []
        for rows in torch.arange(len(self._items)).split(BATCH):
            batch = samples.batch(rows, device)
            logits, deltas = (values.float() for values in network(*batch.inputs))
            losses += detection_loss(logits, deltas, batch.targets, against).item() * len(rows)
            answers += [found(*one, against) for one in zip(logits, deltas, strict=True)]
        boxes = [self._boxes(item, one) for item, one in zip(self._items, answers, strict=True)]
        measured = evaluate([item.boxes for item in self._items], boxes, self._classes)
        return Scores(losses / len(self._items), measured.ap, measured.ap50)

    def _boxes(self, item: BoxedItem, answer: Found) -> list[FoundBox]:
        """In pixels; those without an area are left out, as in serving."""
        sides = (item.width, item.height, item.width, item.height)
        rows = zip((answer.boxes * sides).tolist(), answer.scores.tolist(), answer.labels.tolist(), strict=True)
        return [
            FoundBox(label=self._classes[n], score=min(score, 1.0), x=x, y=y, width=right - x, height=low - y)
            for (x, y, right, low), score, n in rows
            if right > x and low > y
        ]
