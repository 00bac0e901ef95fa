"""What every architecture is: a network of convolutions, the mean over the picture, and layers that classify it."""

from collections.abc import Sequence

from torch import Tensor, nn


class PictureNetwork(nn.Module):
    """Maps pictures (batch, 3, height, width) in [0, 1] to logits (batch, classes).

    `classifier` reads the `channels` means over the picture; its last layer is linear, one output a class.
    `pixel_mean` and `pixel_std` (per channel, in [0, 1]) are those by which the ImageNet weights were trained.
    """

    pixel_mean: Sequence[float]
    pixel_std: Sequence[float]

    def __init__(self, layers: Sequence[nn.Module], channels: int, classifier: nn.Sequential) -> None:
        super().__init__()
        self.features = nn.Sequential(*layers)
        self.channels = channels
        self.classifier = classifier

    def forward(self, x: Tensor) -> Tensor:
        mean = x.new_tensor(self.pixel_mean).view(1, 3, 1, 1)
        std = x.new_tensor(self.pixel_std).view(1, 3, 1, 1)
        return self.classifier(self.features((x - mean) / std).mean(dim=(2, 3)))


class InvertedResidual(nn.Module):
    """Expand, filter each channel, project; added to its input where the shapes agree.

    `name` of the layers in a state dict: `conv` in MobileNetV2 and EfficientNet-Lite, `block` in MobileNetV3.
    """

    def __init__(self, layers: nn.Sequential, adds_input: bool, name: str = "conv") -> None:
        super().__init__()
        self.add_module(name, layers)
        self.adds_input = adds_input

    @property
    def layers(self) -> nn.Module:
        (layers,) = self.children()
        return layers

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x) if self.adds_input else self.layers(x)


class SqueezeExcite(nn.Module):
    """Weighs each channel by what all channels are on average (Hu et al. 2018, https://arxiv.org/abs/1709.01507)."""

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        mean = x.mean(dim=(2, 3), keepdim=True)
        return x * nn.functional.hardsigmoid(self.fc2(nn.functional.relu(self.fc1(mean))))


def divisible_by_8(channels: float) -> int:
    """The nearest multiple of 8 that is no more than a tenth below `channels`."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


def initialise(module: nn.Module) -> None:
    """As the MobileNets start: He's normal distribution, and a last layer near zero."""
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out")
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, 0, 0.01)
        nn.init.zeros_(module.bias)
