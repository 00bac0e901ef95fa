"""What every architecture is: a network of convolutions, the mean over the picture, and one last layer."""

from collections.abc import Sequence

from torch import Tensor, nn


class PictureNetwork(nn.Module):
    """Maps pictures (batch, 3, height, width) in [0, 1] to logits (batch, classes).

    `pixel_mean` and `pixel_std` (per channel, in [0, 1]) are those by which the ImageNet weights were trained.
    """

    pixel_mean: Sequence[float]
    pixel_std: Sequence[float]

    def __init__(self, layers: Sequence[nn.Module], channels: int, classes: int, dropout_rate: float) -> None:
        super().__init__()
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.Dropout(dropout_rate), nn.Linear(channels, classes))

    def forward(self, x: Tensor) -> Tensor:
        mean = x.new_tensor(self.pixel_mean).view(1, 3, 1, 1)
        std = x.new_tensor(self.pixel_std).view(1, 3, 1, 1)
        return self.classifier(self.features((x - mean) / std).mean(dim=(2, 3)))


class InvertedResidual(nn.Module):
    """Expand, filter each channel, project (`conv`); added to its input where the shapes agree."""

    def __init__(self, conv: nn.Sequential, adds_input: bool) -> None:
        super().__init__()
        self.conv = conv
        self.adds_input = adds_input

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv(x) if self.adds_input else self.conv(x)
