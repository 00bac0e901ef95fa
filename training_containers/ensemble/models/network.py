"""What the networks share: how readings are normalised inside the graph, and what a network has to say."""

from typing import ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from inference.contracts.zones import ZoneSignals

MEASURED_WINDOWS = 4096


class Readings(nn.Module):
    """Windows as networks take them: robustly scaled, large values compressed, and a column that says what is missing.

    Gases and particles rise a thousandfold in a fire, so a value is log-compressed around the median of calm readings.
    """

    middle: Tensor
    scale: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.register_buffer("middle", torch.zeros(channels))
        self.register_buffer("scale", torch.ones(channels))

    def measure(self, windows: NDArray[np.float32]) -> None:
        """Take median and spread of every channel; one that says nothing, or always the same, keeps scale 1."""
        values = windows[:MEASURED_WINDOWS].reshape(-1, windows.shape[-1])
        for channel in range(values.shape[1]):
            known = values[~np.isnan(values[:, channel]), channel]
            if not len(known):
                continue
            low, middle, high = np.percentile(known, [25, 50, 75])
            self.middle[channel] = float(middle)
            self.scale[channel] = float(next((spread for spread in (high - low, known.std()) if spread > 0), 1.0))

    def forward(self, windows: Tensor) -> Tensor:
        """(n, steps, nodes, channels), NaN where nothing was read -> (n, steps, nodes, channels + 1), without NaN.

        The last column is the share of the node's channels that are missing at the step.
        """
        missing = torch.isnan(windows)
        scaled = (torch.where(missing, self.middle, windows) - self.middle) / self.scale
        compressed = torch.sign(scaled) * torch.log1p(torch.abs(scaled))
        return torch.cat([compressed, missing.to(windows.dtype).mean(dim=-1, keepdim=True)], dim=-1)


class ZoneNetwork(nn.Module):
    """A network from windows of zones to scores (n,). Normalises samples one by one, never over the batch: a batch's
    statistics would differ between one process and several, and short runs do not find good ones."""

    calm_only: ClassVar[bool] = False
    """Whether it learns from calm windows only."""

    def __init__(self, signals: ZoneSignals, width: int) -> None:
        super().__init__()
        self.signals = signals
        self.width = width
        self.readings = Readings(len(signals.channels))
        self.columns = len(signals.channels) + 1  # of a node at a step, as `readings` leaves them

    def forward(self, windows: Tensor) -> Tensor:
        return self.score(self.readings(windows))

    def score(self, readings: Tensor) -> Tensor:
        """(n,): higher is more hazardous. Takes what `readings` answers."""
        raise NotImplementedError

    @property
    def noise(self) -> int:
        """Random numbers that `losses` needs for a window."""
        return 0

    def losses(self, readings: Tensor, hazard: Tensor, noise: Tensor) -> Tensor:
        """(n,): what training lowers. Takes what `readings` answers; `noise` is standard normal, (n, self.noise)."""
        return F.binary_cross_entropy_with_logits(self.score(readings), hazard, reduction="none")


def present(readings: Tensor) -> Tensor:
    """Nodes that have said anything in the window, as 0 or 1: (n, nodes)."""
    return (readings[..., -1].amin(dim=1) < 1).to(readings.dtype)


def patches(readings: Tensor, steps: int) -> Tensor:
    """Readings of `steps` consecutive steps side by side: (n, parts, nodes, steps * columns). The oldest is padded."""
    n, length, nodes, columns = readings.shape
    padded = F.pad(readings, (0, 0, 0, 0, -length % steps, 0))
    parts = padded.shape[1] // steps
    return padded.reshape(-1, parts, steps, nodes, columns).transpose(2, 3).reshape(-1, parts, nodes, steps * columns)
