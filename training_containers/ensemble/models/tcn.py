"""Temporal convolution: dilated causal convolutions over what the zone's sensors say together."""

from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from inference.contracts.zones import ZoneSignals
from training_containers.ensemble.models.member import Member
from training_containers.ensemble.models.network import ZoneNetwork
from training_containers.ensemble.models.network_training import train_network

STRIDE = 2
KERNEL = 3


class TemporalConvolution(ZoneNetwork):
    """Bai, Kolter and Koltun, https://arxiv.org/abs/1803.01271, on two steps at a time."""

    def __init__(self, signals: ZoneSignals, width: int) -> None:
        super().__init__(signals, width)
        inputs = self.columns * (2 + signals.neighbours)
        self.stem = nn.Conv1d(inputs, width, STRIDE, STRIDE)
        dilations: list[int] = []
        while 1 + (KERNEL - 1) * (2 ** len(dilations) - 1) < signals.window_steps // STRIDE:
            dilations.append(2 ** len(dilations))
        self.layers = nn.ModuleList(nn.Conv1d(width, width, KERNEL, dilation=dilation) for dilation in dilations)
        self.head = nn.Sequential(nn.LayerNorm(2 * width), nn.Linear(2 * width, width), nn.ReLU(), nn.Linear(width, 1))

    def score(self, readings: Tensor) -> Tensor:
        own, beside = readings[:, :, : self.signals.sensors], readings[:, :, self.signals.sensors :]
        together = torch.cat([own.amax(dim=2), own.mean(dim=2), beside.flatten(2)], dim=2).transpose(1, 2)
        hidden = F.relu(self.stem(together))
        for layer in self.layers:
            reach = (KERNEL - 1) * layer.dilation[0]
            hidden = hidden + F.relu(layer(F.pad(hidden, (reach, 0))))
        return self.head(torch.cat([hidden[:, :, -1], hidden.amax(dim=2)], dim=1)).squeeze(-1)


MEMBER = Member("tcn", 1, "windows", partial(train_network, TemporalConvolution))
