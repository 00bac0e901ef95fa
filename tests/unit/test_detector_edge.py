"""What a detector's TensorFlow Lite file is made from finds what the served graph finds, and answers as it does."""

import contextlib
import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from inference.contracts import DatasetSummary, Split
from inference.contracts.boxes_item import BoxedItem
from inference.contracts.edge import EdgeCandidate
from inference.contracts.tasks.object_detection import Detections
from inference.image_classification.input import ImageInput
from inference.object_detection.suppression import suppress
from tests.unit.detector_answers import HEIGHT, WIDTH, Place, answered
from training_containers.contract import InternalFault
from training_containers.edge_export.request import EdgeRequest
from training_containers.image_classification.edge.measurement import Measured, require_same_network
from training_containers.image_classification.pictures import PictureDataset
from training_containers.object_detection.anchors import anchors
from training_containers.object_detection.edge import detector
from training_containers.object_detection.edge.detector import SERVED, EdgeDetection
from training_containers.object_detection.edge.served import QUANTISED, network, served
from training_containers.object_detection.edge.tflite import TfliteDetector
from training_containers.object_detection.found import found
from training_containers.object_detection.quality import Quality

SIZE = 96
REQUEST = EdgeRequest(served=SERVED, architecture="ssdlite_efficientnet_lite0", classes=2, image_size=SIZE)


@torch.inference_mode()
def test_the_exported_network_finds_what_the_trained_one_finds() -> None:
    torch.manual_seed(0)
    trained = network(REQUEST)
    for score, box in zip(trained.heads.score, trained.heads.box, strict=True):
        score[-1].weight.normal_(0, 0.3)
        score[-1].bias.fill_(-1)
        box[-1].weight.normal_(0, 0.3)
    pixels = torch.randint(0, 256, (1, 3, SIZE, SIZE)).float()
    boxes, scores = served(trained.train(), REQUEST)(pixels)  # random weights need the batch's own statistics
    logits, deltas = trained(pixels / 255)
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


HERE: Place = (10, 10, 40, 40)
THERE: Place = (100, 10, 40, 40)
SUMMARY = DatasetSummary(domain="deer", version="v", classes=("deer",), counts={}, duplicates=0)


def edge_task(dataset: PictureDataset[BoxedItem]) -> EdgeDetection:
    return EdgeDetection(dataset=dataset, contract=ImageInput(size=SIZE), most_per_empty=1.0)


def test_the_threshold_is_what_the_file_s_own_answers_give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files that see the same, one of them with half the scores."""
    items = []
    for number, true in enumerate([[HERE], []]):
        item = answered(true, [], camera=f"{number}").item.model_copy(update={"split": Split.VALIDATION})
        Image.new("RGB", (WIDTH, HEIGHT), (number, number, number)).save(tmp_path / item.path)
        items.append(item)
    places = np.array([[10, 10, 50, 50], [100, 10, 140, 50]], np.float32) / np.array([200, 100, 200, 100], np.float32)
    shares = {"plain": 1.0, "small": 0.5}

    def opened(file: Path) -> Callable[[np.ndarray], list[np.ndarray]]:
        return lambda pixels: [places, shares[file.stem] * np.array([[0.8], [0.4]], np.float32)]

    monkeypatch.setattr(detector, "TfliteNetwork", opened)
    task = edge_task(PictureDataset(SUMMARY, tuple(items), tmp_path))
    # In both pictures the left box scores 0.8 and the right one 0.4: told are the left ones.
    assert task.open(Path("plain.tflite")).thresholds["box"] == pytest.approx(0.6)
    assert task.open(Path("small.tflite")).thresholds["box"] == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ([(HERE, 0.8)], None),
        ([(HERE, 0.79)], None),
        ([(HERE, 0.7)], r"scores up to 0\.1;"),
        ([(THERE, 0.8)], r"off the ONNX graph's: ap up to 1;"),
    ],
)
def test_a_float32_file_that_finds_something_else_fails_the_job(
    found: list[tuple[Place, float]], told: str | None
) -> None:
    served_ones, own = ([answered([HERE], boxes)] for boxes in ([(HERE, 0.8)], found))
    candidate = EdgeCandidate(format="float32", size_mb=1, metrics=Quality(own, ("deer",)).metrics)
    plain = Measured(candidate=candidate, answers=own, predictor=None, file=Path("float32.tflite"))  # type: ignore[arg-type]
    with pytest.raises(InternalFault, match=told) if told else contextlib.nullcontext():
        require_same_network(plain, served_ones, Quality(served_ones, ("deer",)).metrics, EdgeDetection.unchanged)


def test_formats_are_compared_by_average_precision_on_the_same_pictures() -> None:
    task = edge_task(PictureDataset(SUMMARY, (), Path()))
    plain = [answered([HERE], [(HERE, 0.9)], camera=f"{n}") for n in range(20)]
    small = [answered([HERE], [(HERE if n else THERE, 0.9)], camera=f"{n}") for n in range(20)]
    worse = task.difference(small, plain)
    assert worse.low < worse.high == 0
