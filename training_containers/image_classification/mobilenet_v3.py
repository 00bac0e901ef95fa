"""MobileNetV3, small and large (Howard et al. 2019, https://arxiv.org/abs/1905.02244).

Module names and shapes equal torchvision's `mobilenet_v3_small` and `mobilenet_v3_large`, so their weights load as they
are. Batch normalisation's momentum does not: theirs, 0.01, takes thousands of steps to follow the pictures.
"""

from typing import Literal, NamedTuple

from torch import nn

from training_containers.image_classification.network import (
    InvertedResidual,
    PictureNetwork,
    SqueezeExcite,
    divisible_by_8,
    initialise,
)

EPSILON, MOMENTUM = 1e-3, 0.1
STEM_CHANNELS = 16


class _Row(NamedTuple):
    """Of the paper's tables 1 and 2: kernel, expanded and output channels, squeeze-and-excite, activation, stride."""

    kernel: int
    hidden: int
    outputs: int
    excites: bool
    activation: type[nn.Module]
    stride: int


RE, HS = nn.ReLU, nn.Hardswish
ROWS = {
    "large": (
        _Row(3, 16, 16, False, RE, 1),
        _Row(3, 64, 24, False, RE, 2),
        _Row(3, 72, 24, False, RE, 1),
        _Row(5, 72, 40, True, RE, 2),
        _Row(5, 120, 40, True, RE, 1),
        _Row(5, 120, 40, True, RE, 1),
        _Row(3, 240, 80, False, HS, 2),
        _Row(3, 200, 80, False, HS, 1),
        _Row(3, 184, 80, False, HS, 1),
        _Row(3, 184, 80, False, HS, 1),
        _Row(3, 480, 112, True, HS, 1),
        _Row(3, 672, 112, True, HS, 1),
        _Row(5, 672, 160, True, HS, 2),
        _Row(5, 960, 160, True, HS, 1),
        _Row(5, 960, 160, True, HS, 1),
    ),
    "small": (
        _Row(3, 16, 16, True, RE, 2),
        _Row(3, 72, 24, False, RE, 2),
        _Row(3, 88, 24, False, RE, 1),
        _Row(5, 96, 40, True, HS, 2),
        _Row(5, 240, 40, True, HS, 1),
        _Row(5, 240, 40, True, HS, 1),
        _Row(5, 120, 48, True, HS, 1),
        _Row(5, 144, 48, True, HS, 1),
        _Row(5, 288, 96, True, HS, 2),
        _Row(5, 576, 96, True, HS, 1),
        _Row(5, 576, 96, True, HS, 1),
    ),
}
LAST_CHANNELS = {"large": 1280, "small": 1024}


class MobileNetV3(PictureNetwork):
    """`width_multiplier` scales every layer's channels; ImageNet weights exist for 1.0."""

    pixel_mean = (0.485, 0.456, 0.406)
    pixel_std = (0.229, 0.224, 0.225)

    def __init__(
        self,
        classes: int,
        variant: Literal["small", "large"],
        width_multiplier: float = 1.0,
        dropout_rate: float = 0.2,
    ) -> None:
        channels = divisible_by_8(STEM_CHANNELS * width_multiplier)
        layers: list[nn.Module] = [_convolution(3, channels, 3, HS, stride=2)]
        for row in ROWS[variant]:
            scaled = row._replace(
                hidden=divisible_by_8(row.hidden * width_multiplier),
                outputs=divisible_by_8(row.outputs * width_multiplier),
            )
            layers.append(_block(channels, scaled))
            channels = scaled.outputs
        layers.append(_convolution(channels, 6 * channels, 1, HS))
        last = divisible_by_8(LAST_CHANNELS[variant] * width_multiplier)
        classifier = nn.Sequential(
            nn.Linear(6 * channels, last), nn.Hardswish(), nn.Dropout(dropout_rate), nn.Linear(last, classes)
        )
        super().__init__(layers, 6 * channels, classifier)
        self.apply(initialise)


def _block(inputs: int, row: _Row) -> InvertedResidual:
    """Where the input has as many channels as the expansion would give, nothing is expanded."""
    layers: list[nn.Module] = []
    if row.hidden != inputs:
        layers.append(_convolution(inputs, row.hidden, 1, row.activation))
    layers.append(_convolution(row.hidden, row.hidden, row.kernel, row.activation, row.stride, groups=row.hidden))
    if row.excites:
        layers.append(SqueezeExcite(row.hidden, divisible_by_8(row.hidden // 4)))
    layers.append(_convolution(row.hidden, row.outputs, 1))
    adds_input = row.stride == 1 and inputs == row.outputs
    return InvertedResidual(nn.Sequential(*layers), adds_input, name="block")


def _convolution(
    inputs: int,
    outputs: int,
    kernel: int,
    activation: type[nn.Module] | None = None,
    stride: int = 1,
    groups: int = 1,
) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, (kernel - 1) // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs, eps=EPSILON, momentum=MOMENTUM),
        *([] if activation is None else [activation()]),
    )
