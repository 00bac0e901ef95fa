"""MobileNetV2 takes torchvision's weights, and augmentation is a function of the position in the run."""

import hashlib
from pathlib import Path

import pytest
import torch

from training_containers.contract import ConfigurationFault
from training_containers.image_classification.augment import augment, draw
from training_containers.image_classification.config import AUGMENTATION, Augmentation
from training_containers.image_classification.mobilenet_v2 import MobileNetV2
from training_containers.image_classification.pretrained import load_pretrained
from training_containers.torch_run.early_stopping import EarlyStopping

# sha256 over "name shape" lines of torchvision 0.28.0's mobilenet_v2(width_mult=...).state_dict(), 1000 classes.
TORCHVISION = {
    1.0: "a18c560d82f6d01d86ac3a49fdcaf1d06cc7979ce4e8c8c176d05b805eaf9ef9",
    0.5: "28c1f98bfc623ac77d9e7cd16192ad7ba957ed0f748d5b00ce6ea13381873274",
    1.4: "fde81dd3572232b2bb9435771a9261fa0d036db4b462dcb5d2d8631996209065",
}
NO_CHANGE = Augmentation(flip_probability=0, rotation_degrees=0, zoom=0, shift=0, brightness=0, contrast=0)


@pytest.mark.parametrize("width", TORCHVISION)
def test_names_and_shapes_are_torchvisions(width: float) -> None:
    state = MobileNetV2(1000, width).state_dict()
    lines = "\n".join(f"{name} {list(value.shape)}" for name, value in state.items())
    assert hashlib.sha256(lines.encode()).hexdigest() == TORCHVISION[width]


def test_pretrained_weights_load_without_the_last_layer_of_other_classes(tmp_path: Path) -> None:
    source, target = MobileNetV2(1000), MobileNetV2(7)
    own_head = target.classifier[1].weight.clone()
    torch.save(source.state_dict(), tmp_path / "model.pt")
    load_pretrained(target, tmp_path)
    assert torch.equal(target.features[3].conv[0][0].weight, source.features[3].conv[0][0].weight)
    assert torch.equal(target.classifier[1].weight, own_head)


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
