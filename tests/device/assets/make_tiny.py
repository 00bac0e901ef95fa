"""Makes the TFLite files of which the tests know the answers.

Run by hand, with the Python of the edge export: .venv-edge/bin/python tests/device/assets/make_tiny.py
"""

from pathlib import Path

import litert_torch
import torch

SIZE = 32


class Warmth(torch.nn.Module):
    """Probabilities (1, 2) of "ad", "content": the first is 1 / (1 + exp(-(red - blue) / 32)), of the mean colour."""

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        mean = pixels.mean(dim=(1, 2))
        warmth = (mean[:, 0:1] - mean[:, 2:3]) / 32
        return torch.softmax(torch.cat([warmth, torch.zeros_like(warmth)], dim=1), dim=1)


class WarmHalves(torch.nn.Module):
    """Boxes (1, 3, 4): the left half, the same a tenth narrower, the right half. Each reaches as far down as the mean
    green says, from nowhere to the lower edge.

    Scores (1, 3, 1): 1 / (1 + exp(-(red - blue) / 80)), of the mean colour of a half; half of it for the narrower box.
    """

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        low = pixels[..., 1].mean().reshape(1, 1, 1).expand(1, 3, 1) / 255
        corner = torch.tensor([[[0.0, 0.0], [0.0, 0.0], [0.5, 0.0]]])
        right = torch.tensor([[[0.5], [0.45], [1.0]]])
        halves = [pixels[:, :, :16], pixels[:, :, 16:]]
        left, other = (torch.sigmoid((half[..., 0] - half[..., 2]).mean().reshape(1, 1, 1) / 80) for half in halves)
        return torch.cat([corner, right, low], dim=2), torch.cat([left, left / 2, other], dim=1)


def make(module: torch.nn.Module, name: str) -> None:
    model = litert_torch.convert(module.eval(), (torch.zeros(1, SIZE, SIZE, 3),))
    model.export(str(Path(__file__).with_name(name)))


if __name__ == "__main__":
    make(Warmth(), "tiny.tflite")
    make(WarmHalves(), "tiny_detector.tflite")
