"""What a stage learns from: pictures, changed anew in every epoch, or features of a frozen network, made once."""

from functools import cached_property
from typing import Protocol

import torch
from torch import Tensor

from training_containers.image_classification.augment import augment
from training_containers.image_classification.config import AUGMENTATION
from training_containers.image_classification.data import Pictures
from training_containers.image_classification.frozen_features import frozen_features
from training_containers.image_classification.network import PictureNetwork


class Samples(Protocol):
    """Labelled inputs of the module that a stage trains."""

    labels: Tensor

    def plain(self, rows: Tensor, device: torch.device) -> Tensor:
        """The inputs of these rows as they are."""
        ...

    def changed(self, rows: Tensor, draws: Tensor, device: torch.device) -> Tensor:
        """The inputs of these rows for a training step, changed by their rows of `draw`."""
        ...


class AugmentedPictures:
    """Float32 (rows, 3, size, size) in [0, 1]."""

    def __init__(self, pictures: Pictures) -> None:
        self.labels = pictures.labels
        self._pixels = pictures.pixels

    def plain(self, rows: Tensor, device: torch.device) -> Tensor:
        return self._pixels[rows].to(device).permute(0, 3, 1, 2).float() / 255

    def changed(self, rows: Tensor, draws: Tensor, device: torch.device) -> Tensor:
        return augment(self.plain(rows, device), draws.to(device), AUGMENTATION)


class FrozenFeatures:
    """Float32 (rows, channels); computed when first asked for, so that a resumed run that needs none waits for none."""

    def __init__(self, network: PictureNetwork, pictures: Pictures) -> None:
        self.labels = pictures.labels
        self._network = network
        self._pictures = pictures

    @cached_property
    def _values(self) -> Tensor:
        return frozen_features(self._network, self._pictures.pixels)

    def plain(self, rows: Tensor, device: torch.device) -> Tensor:
        return self._values[rows].to(device)

    def changed(self, rows: Tensor, draws: Tensor, device: torch.device) -> Tensor:
        return self.plain(rows, device)
