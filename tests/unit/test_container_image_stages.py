"""Which parts a run has, and what each learns from."""

import pytest
import torch

from training_containers.image_classification import samples
from training_containers.image_classification.config import ImageClassificationHyperparameters
from training_containers.image_classification.data import Pictures
from training_containers.image_classification.mobilenet_v2 import MobileNetV2
from training_containers.image_classification.samples import FrozenFeatures
from training_containers.image_classification.stages import stages_of

NETWORK = MobileNetV2(2, 0.1)
PICTURES = Pictures(torch.zeros(4, 32, 32, 3, dtype=torch.uint8), torch.tensor([0, 1, 0, 1]), ())


def planned(pretrained: bool, **settings: object) -> list[tuple[str, int, float, float]]:
    """Name, epochs, and from where to where it moves the run's progress."""
    chosen = ImageClassificationHyperparameters(frozen_epochs=10, epochs=30, **settings)
    stages = list(stages_of(chosen, NETWORK, pretrained, PICTURES, PICTURES))
    return [(one.name, one.epochs, one.share_before, one.share_before + one.share) for one in stages]


def test_weights_are_frozen_first_and_all_layers_learn_if_asked() -> None:
    assert planned(True, train_only_top_layer=True) == [("head", 10, 0, 1)]
    assert planned(True, train_only_top_layer=False) == [("head", 10, 0, 0.25), ("network", 30, 0.25, 1)]


def test_random_layers_are_not_worth_freezing() -> None:
    assert planned(False, train_only_top_layer=False) == [("network", 30, 0, 1)]


def test_frozen_features_are_made_once_and_only_if_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr(samples, "frozen_features", lambda network, pixels: made.append(1) or torch.rand(4, 1280))
    features = FrozenFeatures(NETWORK, PICTURES)
    assert made == []  # a resumed run whose last layer is trained needs none
    rows, device = torch.tensor([2, 0]), torch.device("cpu")
    first = features.plain(rows, device)
    assert torch.equal(features.changed(rows, torch.zeros(2, 7), device), first)
    assert made == [1]
