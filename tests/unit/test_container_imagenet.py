"""EfficientNet-Lite0 with the ImageNet weights that the image carries, held against their authors' own network."""

from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

from training_containers.contract import ConfigurationFault
from training_containers.image_classification import imagenet
from training_containers.image_classification.efficientnet_lite0 import EfficientNetLite0
from training_containers.image_classification.frozen_features import frozen_features
from training_containers.image_classification.imagenet import FILE, PACKAGE, read_verified, shipped_weights
from training_containers.image_classification.mobilenet_v2 import MobileNetV2
from training_containers.image_classification.pretrained import load, load_pretrained, load_start

# What the network of efficientnet-lite-pytorch 0.1.0 (PyPI, by the weights' authors) answers with these weights.
LOGITS = {782: 6.8016, 854: 5.4301, 688: 5.4076, 920: 5.2088, 562: 4.8448}
FEATURES_NORM, LARGEST_FEATURE = 19.39395, 1062


@pytest.fixture(scope="module")
def weights_file() -> Path:
    package = find_spec(PACKAGE)
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / FILE


def known_picture() -> torch.Tensor:
    """Red is the row, green the column, blue their product: uint8 (1, 224, 224, 3)."""
    y, x = torch.meshgrid(torch.arange(224), torch.arange(224), indexing="ij")
    return torch.stack([y % 256, x % 256, x * y % 256], dim=-1).to(torch.uint8)[None]


def test_the_loaded_network_answers_what_its_authors_does() -> None:
    network = EfficientNetLite0(1000)
    load(network, shipped_weights())
    with torch.inference_mode():
        logits = network.eval()(known_picture().permute(0, 3, 1, 2).float() / 255)[0]
    largest = logits.topk(5)
    assert largest.indices.tolist() == list(LOGITS)
    assert largest.values.tolist() == pytest.approx(list(LOGITS.values()), abs=1e-3)


def test_frozen_features_are_the_authors() -> None:
    network = EfficientNetLite0(2)
    assert load_start(network, None)
    features = frozen_features(network, known_picture())
    assert features.shape == (1, 1280)
    assert features.norm().item() == pytest.approx(FEATURES_NORM, abs=1e-3)
    assert features.argmax().item() == LARGEST_FEATURE


def test_the_last_layer_of_other_classes_is_left_as_it_was() -> None:
    torch.manual_seed(1)
    network = EfficientNetLite0(2)
    own = network.classifier[1].weight.clone()
    assert load_start(network, None)
    assert torch.equal(network.classifier[1].weight, own)


def test_weights_with_one_changed_bit_are_refused(weights_file: Path, tmp_path: Path) -> None:
    content = bytearray(weights_file.read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / weights_file.name).write_bytes(content)
    with pytest.raises(ConfigurationFault, match="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db is"):
        read_verified(tmp_path / weights_file.name)


def test_weights_that_are_missing_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationFault, match=r"nothing\.pth has the sha256"):
        read_verified(tmp_path / "nothing.pth")
    monkeypatch.setattr(imagenet, "PACKAGE", "a_package_that_nobody_made")
    with pytest.raises(ConfigurationFault, match="or set architecture to mobilenet_v2"):
        shipped_weights()


def test_the_channels_weights_win_over_those_of_the_image(weights_file: Path, tmp_path: Path) -> None:
    changed = torch.load(weights_file, weights_only=True)
    changed["_conv_head.weight"] += 1
    torch.save(changed, tmp_path / "model.pt")
    network, shipped = EfficientNetLite0(2), EfficientNetLite0(2)
    assert load_start(network, tmp_path)
    load_start(shipped, None)
    name = "features.19.weight"
    assert torch.equal(network.state_dict()[name], shipped.state_dict()[name] + 1)


def test_weights_of_the_other_architecture_are_refused(tmp_path: Path) -> None:
    torch.save(MobileNetV2(1000).state_dict(), tmp_path / "model.pt")
    with pytest.raises(ConfigurationFault, match=r"no usable model\.pt .* state dict of efficientnet_lite0"):
        load_pretrained(EfficientNetLite0(2), tmp_path)


def test_mobilenet_without_a_channel_starts_from_nothing() -> None:
    assert not load_start(MobileNetV2(2, 0.1), None)
