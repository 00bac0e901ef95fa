"""The graph that is served answers what the trained network answers, suppression included."""

from pathlib import Path

import numpy as np
import pytest
import torch

from inference.object_detection.predictor import OUTPUTS
from inference.onnx_session import one_thread
from training_containers.object_detection.anchors import anchors
from training_containers.object_detection.architectures import build
from training_containers.object_detection.export import backbone_graph, export_onnx
from training_containers.object_detection.found import found
from training_containers.object_detection.network import Detector


@pytest.fixture(scope="module")
def detector() -> Detector:
    """With batch statistics and last layers that a mistake in folding or decoding would show."""
    torch.manual_seed(0)
    network = build("ssdlite_efficientnet_lite0", 2).train()
    with torch.no_grad():
        for _ in range(2):
            network(torch.rand(4, 3, 96, 96))
        for score, box in zip(network.heads.score, network.heads.box, strict=True):
            score[-1].weight.normal_(0, 0.3)
            score[-1].bias.fill_(-1)
            box[-1].weight.normal_(0, 0.3)
    return network.eval()


@pytest.mark.parametrize("size", [96, 160])  # of three rows at the coarsest level, and of two and a half
def test_the_graph_finds_what_the_network_finds(detector: Detector, size: int, tmp_path: Path) -> None:
    picture = torch.randint(0, 256, (1, size, size, 3), dtype=torch.uint8)
    export_onnx(detector, size, tmp_path / "model.onnx")
    boxes, scores, labels = one_thread(tmp_path / "model.onnx").run(OUTPUTS, {"picture": picture.numpy()})
    with torch.inference_mode():
        logits, deltas = detector(picture.permute(0, 3, 1, 2).float() / 255)
        expected = found(logits[0], deltas[0], anchors(size))
    best = np.argsort(-scores, kind="stable")[:100]
    assert len(expected[1]) == 100
    assert set(expected[2].tolist()) == {0, 1}
    assert np.abs(scores[best] - expected[1]).max() < 1e-5
    ours = np.column_stack([boxes, scores, labels])
    for one in np.column_stack(expected):  # rounding may change places of two that score alike
        assert np.abs(ours - one).max(axis=1).min() < 1e-5


def test_a_picture_in_which_nothing_is_found_has_no_boxes(detector: Detector, tmp_path: Path) -> None:
    calm = build("ssdlite_efficientnet_lite0", 1).eval()
    export_onnx(calm, 96, tmp_path / "model.onnx")
    picture = np.zeros((1, 96, 96, 3), np.uint8)
    shapes = [values.shape for values in one_thread(tmp_path / "model.onnx").run(OUTPUTS, {"picture": picture})]
    assert shapes == [(0, 4), (0,), (0,)]


def test_a_frozen_backbone_sees_the_same_in_onnx_runtime(detector: Detector) -> None:
    picture = torch.randint(0, 256, (1, 96, 96, 3), dtype=torch.uint8)
    levels = one_thread(backbone_graph(detector.backbone, 96)).run(None, {"picture": picture.numpy()})
    with torch.inference_mode():
        expected = detector.backbone(picture.permute(0, 3, 1, 2).float() / 255)
    for level, one in zip(levels, expected, strict=True):
        assert np.abs(level - one.numpy()).max() < 1e-3 * one.abs().max()
