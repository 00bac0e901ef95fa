"""EfficientNet-Lite0 (https://arxiv.org/abs/1905.11946, without squeeze-and-excitation and with ReLU6).

Padding and normalisation are those of TensorFlow's `efficientnet/lite`, where the ImageNet weights come from.
"""

import torch.nn.functional as F
from torch import Tensor, nn

from training_containers.image_classification.network import InvertedResidual, PictureNetwork, initialise

# Expansion, output channels, blocks, stride of the first block, kernel.
STAGES = (
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5),
    (6, 320, 1, 1, 3),
)
STEM_CHANNELS = 32
LAST_CHANNELS = 1280
EPSILON = 1e-3


class SameConvolution(nn.Conv2d):
    """TensorFlow's `SAME`: the output is the input over the stride, rounded up; an odd row of padding goes last."""

    def forward(self, x: Tensor) -> Tensor:
        kernel, stride = self.kernel_size[0], self.stride[0]
        height, width = (max(0, (-(-size // stride) - 1) * stride + kernel - size) for size in x.shape[2:])
        padded = F.pad(x, (width // 2, width - width // 2, height // 2, height - height // 2))
        return super().forward(padded)


class EfficientNetLite0(PictureNetwork):
    """The last layer starts near zero; the others take the weights as Google trained them."""

    pixel_mean = (127 / 255,) * 3
    pixel_std = (128 / 255,) * 3

    def __init__(self, classes: int, dropout_rate: float = 0.2) -> None:
        channels = STEM_CHANNELS
        layers: list[nn.Module] = [*_convolution(3, channels, kernel=3, stride=2), nn.ReLU6(inplace=True)]
        for expansion, outputs, repeats, first_stride, kernel in STAGES:
            for i in range(repeats):
                layers.append(_block(channels, outputs, first_stride if i == 0 else 1, expansion, kernel))
                channels = outputs
        layers += [*_convolution(channels, LAST_CHANNELS, kernel=1), nn.ReLU6(inplace=True)]
        classifier = nn.Sequential(nn.Dropout(dropout_rate), nn.Linear(LAST_CHANNELS, classes))
        super().__init__(layers, LAST_CHANNELS, classifier.apply(initialise))


def _convolution(inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    return [
        SameConvolution(inputs, outputs, kernel, stride, groups=groups, bias=False),
        nn.BatchNorm2d(outputs, eps=EPSILON),
    ]


def _block(inputs: int, outputs: int, stride: int, expansion: int, kernel: int) -> InvertedResidual:
    hidden = inputs * expansion
    expand = [] if expansion == 1 else [*_convolution(inputs, hidden, kernel=1), nn.ReLU6(inplace=True)]
    layers = nn.Sequential(
        *expand,
        *_convolution(hidden, hidden, kernel, stride, groups=hidden),
        nn.ReLU6(inplace=True),
        *_convolution(hidden, outputs, kernel=1),
    )
    return InvertedResidual(layers, adds_input=stride == 1 and inputs == outputs)
