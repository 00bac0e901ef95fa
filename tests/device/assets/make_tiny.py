"""Makes tiny.tflite, of which the tests know the answer: "ad" has the probability 1 / (1 + exp(-(red - blue) / 32)).

Run by hand, with the Python of the edge export: .venv-edge/bin/python tests/device/assets/make_tiny.py
"""

from pathlib import Path

import litert_torch
import torch


class Warmth(torch.nn.Module):
    """(1, 32, 32, 3) of pixels 0 to 255 -> probabilities (1, 2) of "ad" and "content": how much redder than blue."""

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        mean = pixels.mean(dim=(1, 2))
        warmth = (mean[:, 0:1] - mean[:, 2:3]) / 32
        return torch.softmax(torch.cat([warmth, torch.zeros_like(warmth)], dim=1), dim=1)


if __name__ == "__main__":
    model = litert_torch.convert(Warmth().eval(), (torch.zeros(1, 32, 32, 3),))
    model.export(str(Path(__file__).with_name("tiny.tflite")))
