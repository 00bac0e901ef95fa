"""The MobileNets take torchvision's weights, and augmentation is a function of the position in the run."""

import hashlib
from pathlib import Path
from typing import Literal

import pytest
import torch
from torch import nn

from training_containers.contract import ConfigurationFault
from training_containers.image_classification.architectures import build
from training_containers.image_classification.augment import augment, draw
from training_containers.image_classification.config import AUGMENTATION, Augmentation
from training_containers.image_classification.mobilenet_v2 import MobileNetV2
from training_containers.image_classification.mobilenet_v3 import MobileNetV3
from training_containers.image_classification.pretrained import load_pretrained
from training_containers.torch_run.early_stopping import EarlyStopping

# sha256 over "name shape" lines of torchvision 0.28.0's <architecture>(width_mult=...).state_dict(), 1000 classes.
TORCHVISION = {
    ("mobilenet_v2", 1.0): "a18c560d82f6d01d86ac3a49fdcaf1d06cc7979ce4e8c8c176d05b805eaf9ef9",
    ("mobilenet_v2", 0.5): "28c1f98bfc623ac77d9e7cd16192ad7ba957ed0f748d5b00ce6ea13381873274",
    ("mobilenet_v2", 1.4): "fde81dd3572232b2bb9435771a9261fa0d036db4b462dcb5d2d8631996209065",
    ("mobilenet_v3_small", 1.0): "cb48f2feab283d8f4f5fafd08cd628c0b8530f7e4ea1bf9c1b0e15d137921d87",
    ("mobilenet_v3_small", 0.5): "6a061bb5e19f5d23e85da1c6f8dd487a8808a3d01d40f08c2f4f4feb54e3c7c0",
    ("mobilenet_v3_large", 1.0): "a56c886e8c43a05bc5d890ac739760b29ec30518278f942ec60a27dfce99db8d",
    ("mobilenet_v3_large", 1.4): "2cdda1b4a933e51bbbe998eede96962371821dbd1f43200d195f8b1b240d270a",
}
NO_CHANGE = Augmentation(flip_probability=0, rotation_degrees=0, zoom=0, shift=0, brightness=0, contrast=0)


@pytest.mark.parametrize(("architecture", "width"), TORCHVISION)
def test_names_and_shapes_are_torchvisions(architecture: str, width: float) -> None:
    state = build(architecture, 1000, width).state_dict()
    lines = "\n".join(f"{name} {list(value.shape)}" for name, value in state.items())
    assert hashlib.sha256(lines.encode()).hexdigest() == TORCHVISION[architecture, width]


def test_an_unknown_architecture_is_named() -> None:
    with pytest.raises(ValueError, match="no architecture 'resnet50'"):
        build("resnet50", 2)


@pytest.mark.parametrize("variant", ["small", "large"])
def test_a_few_steps_move_batch_statistics_of_mobilenet_v3(variant: Literal["small", "large"]) -> None:
    """With torchvision's momentum of 0.01 a short run is judged by statistics that are still those of no picture."""
    norms = [module for module in MobileNetV3(2, variant).modules() if isinstance(module, nn.BatchNorm2d)]
    assert {norm.momentum for norm in norms} == {0.1}


def test_pretrained_weights_load_without_the_last_layer_of_other_classes(tmp_path: Path) -> None:
    source, target = MobileNetV2(1000), MobileNetV2(7)
    own_head = target.classifier[1].weight.clone()
    torch.save(source.state_dict(), tmp_path / "model.pt")
    load_pretrained(target, tmp_path)
    assert torch.equal(target.features[3].conv[0][0].weight, source.features[3].conv[0][0].weight)
    assert torch.equal(target.classifier[1].weight, own_head)


def test_only_the_last_of_several_classifying_layers_is_of_other_classes(tmp_path: Path) -> None:
    source, target = MobileNetV3(1000, "small"), MobileNetV3(2, "small")
    own_head = target.classifier[3].weight.clone()
    torch.save(source.state_dict(), tmp_path / "model.pt")
    load_pretrained(target, tmp_path)
    assert torch.equal(target.classifier[0].weight, source.classifier[0].weight)
    assert torch.equal(target.classifier[3].weight, own_head)


@pytest.mark.parametrize("content", [{"stem.weight": torch.ones(1)}, {}, [1, 2]])
def test_weights_of_another_network_are_refused(content: object, tmp_path: Path) -> None:
    torch.save(content, tmp_path / "model.pt")
    with pytest.raises(ConfigurationFault, match="'pretrained'"):
        load_pretrained(MobileNetV2(7), tmp_path)


def test_a_pretrained_channel_without_its_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match=r"model\.pt"):
        load_pretrained(MobileNetV2(7), tmp_path)


def test_draws_depend_on_seed_epoch_and_position_only() -> None:
    assert torch.equal(draw(1, 2, 50)[:10], draw(1, 2, 10))
    assert not torch.equal(draw(1, 2, 10), draw(1, 3, 10))
    assert not torch.equal(draw(1, 2, 10), draw(2, 2, 10))


def test_augmentation_of_nothing_changes_nothing() -> None:
    pictures = torch.rand(4, 3, 32, 32)
    assert torch.allclose(augment(pictures, draw(0, 0, 4), NO_CHANGE), pictures, atol=1e-5)


def test_a_certain_flip_mirrors_left_and_right() -> None:
    pictures = torch.rand(4, 3, 32, 32)
    mirrored = augment(pictures, draw(0, 0, 4), Augmentation(**{**vars(NO_CHANGE), "flip_probability": 1}))
    assert torch.allclose(mirrored, pictures.flip(3), atol=1e-5)


def test_augmented_pictures_differ_and_stay_in_range() -> None:
    pictures = torch.rand(8, 3, 32, 32)
    changed = augment(pictures, draw(0, 0, 8), AUGMENTATION)
    assert (changed - pictures).abs().mean() > 0.05
    assert changed.min() >= 0
    assert changed.max() <= 1


def test_early_stopping_waits_for_a_real_improvement() -> None:
    stopping = EarlyStopping(patience=2, min_delta=0.001)
    assert stopping.update(0.5)
    assert not stopping.update(0.4995)
    assert not stopping.exhausted
    assert not stopping.update(0.6)
    assert stopping.exhausted
