"""A detector: a backbone's features at three strides, a small pyramid on them, and SSDLite heads.

Heads are of depthwise separable convolutions (Sandler et al. 2018, https://arxiv.org/abs/1801.04381), one at each
level; the pyramid gives fine levels what coarse ones know (https://arxiv.org/abs/1612.03144).
"""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training_containers.image_classification.efficientnet_lite0 import SameConvolution
from training_containers.image_classification.network import PictureNetwork
from training_containers.object_detection.anchors import PER_PLACE

WIDTH = 96
MOMENTUM = 0.1
"""Of batch normalisation: with the 0.01 to 0.03 that SSDLite is often given, short runs measure nothing."""
PRIOR = 0.01
"""Score of any anchor before training, so that the many empty ones do not drown the others at first."""


class Backbone(nn.Module):
    """Features of pictures (batch, 3, size, size) in [0, 1] at the strides 8, 16 and 32."""

    def __init__(self, network: PictureNetwork, cuts: Sequence[int], channels: Sequence[int]) -> None:
        """`cuts`: of the network's layers, the numbers behind which a level's features are; `channels`: of each."""
        super().__init__()
        layers = list(network.features)
        starts = (0, *cuts[:-1])
        self.parts = nn.ModuleList(nn.Sequential(*layers[a:b]) for a, b in zip(starts, cuts, strict=True))
        self.channels = tuple(channels)
        self.pixel_mean, self.pixel_std = network.pixel_mean, network.pixel_std

    def forward(self, pictures: Tensor) -> list[Tensor]:
        mean, std = (pictures.new_tensor(values).view(1, 3, 1, 1) for values in (self.pixel_mean, self.pixel_std))
        x, levels = (pictures - mean) / std, []
        for part in self.parts:
            x = part(x)
            levels.append(x)
        return levels


class Heads(nn.Module):
    """From a backbone's features to logits (batch, anchors, classes) and deltas (batch, anchors, 4)."""

    def __init__(self, channels: Sequence[int], classes: int) -> None:
        super().__init__()
        self.classes = classes
        self.lateral = nn.ModuleList(nn.Sequential(*_convolution(count, WIDTH, 1)) for count in channels)
        self.coarser = separable(WIDTH, WIDTH, stride=2)
        levels = len(channels) + 1
        self.tower = nn.ModuleList(separable(WIDTH, WIDTH) for _ in range(levels))
        self.score = nn.ModuleList(_predictor(PER_PLACE * classes) for _ in range(levels))
        self.box = nn.ModuleList(_predictor(PER_PLACE * 4) for _ in range(levels))
        for predictor in self.score:
            nn.init.constant_(predictor[-1].bias, -math.log((1 - PRIOR) / PRIOR))

    def forward(self, *levels: Tensor) -> tuple[Tensor, Tensor]:
        found = [lateral(level) for lateral, level in zip(self.lateral, levels, strict=True)]
        for number in range(len(found) - 2, -1, -1):
            found[number] = found[number] + F.interpolate(found[number + 1], scale_factor=2.0, mode="nearest")
        found.append(self.coarser(found[-1]))
        towers = [tower(level) for tower, level in zip(self.tower, found, strict=True)]
        return self._joined(self.score, towers, self.classes), self._joined(self.box, towers, 4)

    @staticmethod
    def _joined(predictors: nn.ModuleList, levels: list[Tensor], columns: int) -> Tensor:
        """One row an anchor, in the anchors' order."""
        maps = [predictor(level) for predictor, level in zip(predictors, levels, strict=True)]
        return torch.cat([one.permute(0, 2, 3, 1).reshape(len(one), -1, columns) for one in maps], dim=1)


class Detector(nn.Module):
    """Maps pictures (batch, 3, size, size) in [0, 1] to logits and deltas; `size` is a multiple of 32."""

    def __init__(self, backbone: Backbone, classes: int) -> None:
        super().__init__()
        self.backbone = backbone
        self.heads = Heads(backbone.channels, classes)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        logits, deltas = self.heads(*self.backbone(pictures))
        return logits, deltas


def separable(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """A filter for each channel, then a mix of channels."""
    return nn.Sequential(
        *_convolution(inputs, inputs, 3, stride, groups=inputs),
        nn.ReLU6(inplace=True),
        *_convolution(inputs, outputs, 1),
        nn.ReLU6(inplace=True),
    )


def _predictor(outputs: int) -> nn.Sequential:
    last = nn.Conv2d(WIDTH, outputs, 1)
    nn.init.normal_(last.weight, 0, 0.01)
    nn.init.zeros_(last.bias)  # type: ignore[arg-type]
    return nn.Sequential(*_convolution(WIDTH, WIDTH, 3, groups=WIDTH), nn.ReLU6(inplace=True), last)


def _convolution(inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    convolution = SameConvolution(inputs, outputs, kernel, stride, groups=groups, bias=False)
    nn.init.kaiming_normal_(convolution.weight, mode="fan_out" if groups == 1 else "fan_in")
    return [convolution, nn.BatchNorm2d(outputs, momentum=MOMENTUM)]
