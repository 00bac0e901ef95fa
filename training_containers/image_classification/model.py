"""MobileNetV2 (Sandler et al. 2018, https://arxiv.org/abs/1801.04381), and the form of it that is served.

Module names and shapes equal torchvision's `mobilenet_v2`, so its weights load as they are.
"""

import torch
from torch import Tensor, nn

from training_containers.image_classification.config import PIXEL_MEAN, PIXEL_STD

# Table 2 of the paper: expansion, output channels, blocks, stride of the first block.
STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
STEM_CHANNELS = 32
LAST_CHANNELS = 1280


def _divisible_by_8(channels: float) -> int:
    """The nearest multiple of 8 that is no more than a tenth below `channels`."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


def _convolution(inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> nn.Sequential:
    padding = (kernel - 1) // 2
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU6(inplace=True),
    )


class InvertedResidual(nn.Module):
    """Expand, filter each channel, project; added to its input where the shapes agree."""

    def __init__(self, inputs: int, outputs: int, stride: int, expansion: int) -> None:
        super().__init__()
        hidden = inputs * expansion
        expand = [] if expansion == 1 else [_convolution(inputs, hidden, kernel=1)]
        self.conv = nn.Sequential(
            *expand,
            _convolution(hidden, hidden, kernel=3, stride=stride, groups=hidden),
            nn.Conv2d(hidden, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.adds_input = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv(x) if self.adds_input else self.conv(x)


class MobileNetV2(nn.Module):
    """Maps normalised pictures (batch, 3, height, width) to logits (batch, classes)."""

    def __init__(self, classes: int, width_multiplier: float = 1.0, dropout_rate: float = 0.2) -> None:
        super().__init__()
        channels = _divisible_by_8(STEM_CHANNELS * width_multiplier)
        blocks: list[nn.Module] = [_convolution(3, channels, kernel=3, stride=2)]
        for expansion, base, repeats, first_stride in STAGES:
            outputs = _divisible_by_8(base * width_multiplier)
            for i in range(repeats):
                blocks.append(InvertedResidual(channels, outputs, first_stride if i == 0 else 1, expansion))
                channels = outputs
        last = _divisible_by_8(LAST_CHANNELS * max(1.0, width_multiplier))
        self.features = nn.Sequential(*blocks, _convolution(channels, last, kernel=1))
        self.classifier = nn.Sequential(nn.Dropout(dropout_rate), nn.Linear(last, classes))
        self.apply(_initialise)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.features(x).mean(dim=(2, 3)))


class ServedClassifier(nn.Module):
    """What becomes the ONNX graph: uint8 pictures (batch, height, width, 3) to probabilities (batch, classes)."""

    def __init__(self, network: MobileNetV2) -> None:
        super().__init__()
        self.network = network

    def forward(self, picture: Tensor) -> Tensor:
        return self.network(normalise(picture.permute(0, 3, 1, 2).float() / 255)).softmax(dim=1)


def normalise(x: Tensor) -> Tensor:
    """Pictures (batch, 3, height, width) from [0, 1] to what the network was trained on."""
    mean = torch.tensor(PIXEL_MEAN, device=x.device).view(1, 3, 1, 1)
    std = torch.tensor(PIXEL_STD, device=x.device).view(1, 3, 1, 1)
    return (x - mean) / std


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out")
    elif isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, 0, 0.01)
        nn.init.zeros_(module.bias)
