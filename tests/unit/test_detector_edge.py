"""What a detector's TensorFlow Lite file is made from finds what the served graph finds, and answers as it does."""

import io
import re

import numpy as np
import pytest
import torch
from PIL import Image

from inference.contracts.tasks.object_detection import Detections
from inference.image_classification.input import ImageInput
from inference.object_detection.suppression import suppress
from training_containers.edge_export.request import EdgeRequest
from training_containers.object_detection.anchors import anchors
from training_containers.object_detection.edge.detector import SERVED
from training_containers.object_detection.edge.served import QUANTISED, network, served
from training_containers.object_detection.edge.tflite import TfliteDetector
from training_containers.object_detection.found import found

SIZE = 96
REQUEST = EdgeRequest(served=SERVED, architecture="ssdlite_efficientnet_lite0", classes=2, image_size=SIZE)


@torch.inference_mode()
def test_the_exported_network_finds_what_the_trained_one_finds() -> None:
    torch.manual_seed(0)
    detector = network(REQUEST)
    for score, box in zip(detector.heads.score, detector.heads.box, strict=True):
        score[-1].weight.normal_(0, 0.3)
        score[-1].bias.fill_(-1)
        box[-1].weight.normal_(0, 0.3)
    pixels = torch.randint(0, 256, (1, 3, SIZE, SIZE)).float()
    boxes, scores = served(detector.train(), REQUEST)(pixels)  # random weights need the batch's own statistics
    logits, deltas = detector(pixels / 255)
    expected = found(logits[0], deltas[0], anchors(SIZE))
    ours = suppress(boxes[0].numpy(), scores[0].numpy())
    assert boxes.shape == (1, len(anchors(SIZE)), 4)
    assert len(expected.scores) == 100
    assert 0 <= boxes.min() < boxes.max() <= 1
    for one, other in zip(ours, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_only_the_backbone_is_quantised() -> None:
    """A scope has each module's class and name: `Detector_network/Backbone_backbone/...`."""
    parts = {f"{type(part).__name__}_{name}" for name, part in network(REQUEST).named_children()}
    assert [part for part in parts if re.search(QUANTISED, part)] == ["Backbone_backbone"]
    assert "Heads_heads" in parts


def test_a_file_s_boxes_become_an_answer_without_those_that_overlap_a_better_one() -> None:
    boxes = np.array([[0.1, 0.2, 0.5, 0.6], [0.12, 0.2, 0.5, 0.6], [0.6, 0.6, 0.9, 1.0]], np.float32)
    scores = np.array([[0.9, 0.0], [0.8, 0.0], [0.0, 0.3]], np.float32)
    seen = []

    def answer(pixels: np.ndarray) -> list[np.ndarray]:
        seen.append((pixels.shape, pixels.dtype))
        return [boxes, scores]

    stream = io.BytesIO()
    Image.new("RGB", (200, 100)).save(stream, format="PNG")
    device = TfliteDetector(answer, ("deer", "boar"), ImageInput(size=SIZE), threshold=0.4)
    found = Detections.model_validate(device.predict(stream.getvalue(), "image/png"))
    assert seen == [((SIZE, SIZE, 3), np.uint8)]
    assert (found.width, found.height, found.threshold) == (200, 100, 0.4)
    assert [(box.label, box.x, box.y) for box in found.boxes] == [("deer", 20, 20), ("boar", 120, 60)]
    assert [box.score for box in found.boxes] == pytest.approx([0.9, 0.3])
    assert device.thresholds == {"box": 0.4}
