"""What a stage learns from: pictures, changed anew in every epoch, or what a frozen backbone sees, computed once."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from inference.onnx_session import one_thread
from training_containers.object_detection.anchors import STRIDES, grid
from training_containers.object_detection.augment import augment, draw
from training_containers.object_detection.config import AUGMENTATION
from training_containers.object_detection.data import Pictures
from training_containers.object_detection.export import backbone_graph
from training_containers.object_detection.matching import Targets
from training_containers.object_detection.network import Backbone

CACHE_BYTES = 4 * 1024**3
"""Of frozen features in memory; fewer views are made where they would take more."""

FIRST_VIEW = 1_000_000
"""Draws of views are those of epochs that no run reaches."""


class Batch(NamedTuple):
    """The inputs of a stage's module, and what it should find."""

    inputs: tuple[Tensor, ...]
    targets: list[Targets]


class Samples(Protocol):
    def __len__(self) -> int: ...

    def batch(self, rows: Tensor, device: torch.device, draws: Tensor | None = None) -> Batch:
        """These rows as they are, or changed by their rows of `draw`."""
        ...


class AugmentedPictures:
    """Float32 (rows, 3, size, size) in [0, 1]."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures

    def __len__(self) -> int:
        return len(self._pictures.targets)

    def batch(self, rows: Tensor, device: torch.device, draws: Tensor | None = None) -> Batch:
        pixels = self._pictures.pixels[rows].to(device).permute(0, 3, 1, 2).float() / 255
        targets = [_at(self._pictures.targets[row], device) for row in rows.tolist()]
        if draws is not None:
            pixels, targets = augment(pixels, targets, draws.to(device), AUGMENTATION)
        return Batch((pixels,), targets)


class FrozenFeatures:
    """A backbone's features of every picture as it is, and of `views - 1` changed versions of it, in half precision.

    Computed when first asked for, so that a resumed run that needs none waits for none: one picture and thread at a
    time, as in serving, so that the result does not depend on how many cores there are.
    """

    def __init__(self, backbone: Backbone, pictures: Pictures, views: int, seed: int) -> None:
        self._backbone = backbone
        self._pictures = AugmentedPictures(pictures)
        size = pictures.pixels.shape[1]
        values = sum(many * grid(size, by) ** 2 for many, by in zip(backbone.channels, STRIDES, strict=False))
        self._views = max(1, min(views, CACHE_BYTES // (2 * values * len(self._pictures))))
        self._size, self._seed = size, seed

    def __len__(self) -> int:
        return len(self._pictures)

    def batch(self, rows: Tensor, device: torch.device, draws: Tensor | None = None) -> Batch:
        """The first number of each row of draws says which view it is."""
        levels, targets = self._values
        if draws is not None:
            view = ((draws[:, 0] + 1) / 2 * self._views).long().clamp(max=self._views - 1)
            rows = view * len(self._pictures) + rows
        inputs = tuple(level[rows].to(device).float() for level in levels)
        return Batch(inputs, [_at(targets[row], device) for row in rows.tolist()])

    @cached_property
    def _values(self) -> tuple[list[Tensor], list[Targets]]:
        session = one_thread(backbone_graph(self._backbone, self._size))
        features: list[list[Tensor]] = []
        targets: list[Targets] = []
        rows = torch.arange(len(self._pictures))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for view in range(self._views):
                draws = draw(self._seed, FIRST_VIEW + view, len(rows)) if view else None
                for chunk in rows.split(64):
                    (pixels,), found = self._pictures.batch(
                        chunk, torch.device("cpu"), None if draws is None else draws[chunk]
                    )
                    grey = (255 * pixels.permute(0, 2, 3, 1)).round().to(torch.uint8).numpy()
                    seen = pool.map(lambda picture: session.run(None, {"picture": picture[None]}), grey)
                    features += [[torch.from_numpy(level).half() for level in levels] for levels in seen]
                    targets += found
        return [torch.cat(level) for level in zip(*features, strict=True)], targets


def _at(targets: Targets, device: torch.device) -> Targets:
    return Targets(targets.boxes.to(device), targets.labels.to(device))
