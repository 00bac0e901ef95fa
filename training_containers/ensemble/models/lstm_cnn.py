"""LSTM-CNN: convolutions find shapes in a few steps, an LSTM follows them through the window."""

from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from inference.contracts.zones import ZoneSignals
from training_containers.ensemble.models.member import Member
from training_containers.ensemble.models.network import ZoneNetwork
from training_containers.ensemble.models.network_training import train_network

STRIDE = 3


class LstmCnn(ZoneNetwork):
    """Sees every node in a place of its own: sensors by name, then the zones beside."""

    def __init__(self, signals: ZoneSignals, width: int) -> None:
        super().__init__(signals, width)
        self.convolution = nn.Conv1d(self.columns * signals.nodes, width, STRIDE, STRIDE)
        self.lstm = nn.LSTM(width, width, batch_first=True)
        self.head = nn.Sequential(nn.LayerNorm(2 * width), nn.Linear(2 * width, width), nn.ReLU(), nn.Linear(width, 1))

    def score(self, readings: Tensor) -> Tensor:
        series = readings.flatten(2).transpose(1, 2)
        shapes = F.relu(self.convolution(F.pad(series, (-series.shape[2] % STRIDE, 0))))
        _, (last, _) = self.lstm(shapes.transpose(1, 2))
        return self.head(torch.cat([last[0], shapes.amax(dim=2)], dim=1)).squeeze(-1)


MEMBER = Member("lstm_cnn", 1, "windows", partial(train_network, LstmCnn))
