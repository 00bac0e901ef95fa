"""What is served is what was trained, whatever the architecture and the size of its pictures."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch
from torch import nn

from training_containers.image_classification.efficientnet_lite0 import EfficientNetLite0
from training_containers.image_classification.export import export_onnx
from training_containers.image_classification.frozen_features import frozen_features
from training_containers.image_classification.mobilenet_v2 import MobileNetV2
from training_containers.image_classification.mobilenet_v3 import MobileNetV3
from training_containers.image_classification.network import PictureNetwork
from training_containers.image_classification.onnx_graph import GraphWriter

NETWORKS = [
    lambda: EfficientNetLite0(3),
    lambda: MobileNetV2(3, 0.35),
    lambda: MobileNetV3(3, "small", 0.5),
    lambda: MobileNetV3(3, "large", 0.35),
]


@pytest.fixture(autouse=True)
def same_weights() -> None:
    """Whatever ran before."""
    torch.manual_seed(0)


def lively(network: PictureNetwork) -> PictureNetwork:
    """With batch statistics and a last layer that a mistake in folding would show."""
    network.train()
    with torch.no_grad():
        for _ in range(3):
            network(torch.rand(4, 3, 64, 64))
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.weight.uniform_(0.5, 1.5)
                module.bias.normal_()
        network.classifier[-1].weight.normal_()
    return network.eval()


@pytest.mark.parametrize("make", NETWORKS)
@pytest.mark.parametrize("size", [64, 75, 97])  # `SAME` pads even and odd sizes unlike
def test_the_graph_answers_what_the_network_answers(make, size: int, tmp_path: Path) -> None:
    network = lively(make())
    pictures = torch.randint(0, 256, (3, size, size, 3), dtype=torch.uint8)
    export_onnx(network, size, tmp_path / "model.onnx")
    (scores,) = ort.InferenceSession(tmp_path / "model.onnx").run(None, {"picture": pictures.numpy()})
    with torch.inference_mode():
        expected = network(pictures.permute(0, 3, 1, 2).float() / 255).softmax(dim=1).numpy()
    assert expected.max() - expected.min() > 0.3
    assert np.abs(scores - expected).max() < 1e-4


@pytest.mark.parametrize("make", NETWORKS)
def test_frozen_features_are_what_the_last_layer_reads(make) -> None:
    network = lively(make())
    pictures = torch.randint(0, 256, (3, 64, 64, 3), dtype=torch.uint8)
    with torch.inference_mode():
        expected = network(pictures.permute(0, 3, 1, 2).float() / 255)
        found = network.classifier(frozen_features(network, pictures))
    assert torch.allclose(found, expected, atol=1e-3)


def test_an_embedding_is_a_projection_of_the_features(tmp_path: Path) -> None:
    network = lively(EfficientNetLite0(3))
    pictures = torch.randint(0, 256, (2, 64, 64, 3), dtype=torch.uint8)
    projection = np.random.default_rng(0).normal(size=(1280, 8)).astype(np.float32)
    export_onnx(network, 64, tmp_path / "model.onnx", projection)
    session = ort.InferenceSession(tmp_path / "model.onnx")
    assert [output.name for output in session.get_outputs()] == ["scores", "embedding"]
    scores, embedding = session.run(None, {"picture": pictures.numpy()})
    assert scores.shape == (2, 3)
    assert np.allclose(embedding, frozen_features(network, pictures).numpy() @ projection, rtol=1e-3, atol=1e-2)


def test_the_same_weights_give_the_same_bytes(tmp_path: Path) -> None:
    network = MobileNetV2(3, 0.1).eval()
    for name in ("first.onnx", "second.onnx"):
        export_onnx(network, 64, tmp_path / name)
    assert (tmp_path / "first.onnx").read_bytes() == (tmp_path / "second.onnx").read_bytes()


def test_a_layer_without_a_form_is_named() -> None:
    with pytest.raises(TypeError, match="a layer GELU has no ONNX form"):
        GraphWriter().layers("x", nn.Sequential(nn.GELU()))
    with pytest.raises(TypeError, match="a convolution is followed by ReLU6"):
        GraphWriter().layers("x", nn.Sequential(nn.Conv2d(3, 3, 1), nn.ReLU6()))
