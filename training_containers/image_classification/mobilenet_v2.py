"""MobileNetV2 (Sandler et al. 2018, https://arxiv.org/abs/1801.04381).

Module names and shapes equal torchvision's `mobilenet_v2`, so its weights load as they are.
"""

from torch import nn

from training_containers.image_classification.network import (
    InvertedResidual,
    PictureNetwork,
    divisible_by_8,
    initialise,
)

# Table 2 of the paper: expansion, output channels, blocks, stride of the first block.
STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
STEM_CHANNELS = 32
LAST_CHANNELS = 1280


class MobileNetV2(PictureNetwork):
    """`width_multiplier` scales every layer's channels; ImageNet weights exist for 1.0."""

    pixel_mean = (0.485, 0.456, 0.406)
    pixel_std = (0.229, 0.224, 0.225)

    def __init__(self, classes: int, width_multiplier: float = 1.0, dropout_rate: float = 0.2) -> None:
        channels = divisible_by_8(STEM_CHANNELS * width_multiplier)
        layers: list[nn.Module] = [_convolution(3, channels, kernel=3, stride=2)]
        for expansion, base, repeats, first_stride in STAGES:
            outputs = divisible_by_8(base * width_multiplier)
            for i in range(repeats):
                layers.append(_block(channels, outputs, first_stride if i == 0 else 1, expansion))
                channels = outputs
        last = divisible_by_8(LAST_CHANNELS * max(1.0, width_multiplier))
        layers.append(_convolution(channels, last, kernel=1))
        super().__init__(layers, last, nn.Sequential(nn.Dropout(dropout_rate), nn.Linear(last, classes)))
        self.apply(initialise)


def _convolution(inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> nn.Sequential:
    padding = (kernel - 1) // 2
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU6(inplace=True),
    )


def _block(inputs: int, outputs: int, stride: int, expansion: int) -> InvertedResidual:
    hidden = inputs * expansion
    expand = [] if expansion == 1 else [_convolution(inputs, hidden, kernel=1)]
    layers = nn.Sequential(
        *expand,
        _convolution(hidden, hidden, kernel=3, stride=stride, groups=hidden),
        nn.Conv2d(hidden, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
    )
    return InvertedResidual(layers, adds_input=stride == 1 and inputs == outputs)
