"""Spatio-temporal transformer: each node attends over time, then each time over the nodes."""

import math
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from inference.contracts.zones import ZoneSignals
from training_containers.ensemble.models.member import Member
from training_containers.ensemble.models.network import ZoneNetwork, patches, present
from training_containers.ensemble.models.network_training import train_network

PATCH_STEPS = 6
HEADS = 4
UNREAD = -1e4  # in place of minus infinity: a zone of which nothing was read still has finite attention


class Attention(nn.Module):
    """Self-attention over the last axis but one."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.project, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, tokens: Tensor, bias: Tensor | None = None) -> Tensor:
        """`bias` (n, 1, 1, 1, length) is added to every query's logits."""
        query, key, value = (
            part.unflatten(-1, (HEADS, -1)).transpose(-2, -3) for part in self.project(self.norm(tokens)).chunk(3, -1)
        )
        logits = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
        weights = torch.softmax(logits if bias is None else logits + bias, dim=-1)
        return tokens + self.out((weights @ value).transpose(-2, -3).flatten(-2))


class Transformer(ZoneNetwork):
    """Attention over (time, nodes) in two factors costs less than over all pairs: https://arxiv.org/abs/2102.05095."""

    def __init__(self, signals: ZoneSignals, width: int) -> None:
        super().__init__(signals, width - width % HEADS)
        width = self.width
        parts = -(-signals.window_steps // PATCH_STEPS)
        self.embed = nn.Linear(PATCH_STEPS * self.columns, width)
        self.times = nn.Parameter(0.02 * torch.randn(parts, 1, width))
        self.kinds = nn.Parameter(torch.zeros(2, width))
        self.over_time, self.over_nodes = Attention(width), Attention(width)
        self.feed = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width)
        )
        self.head = nn.Sequential(nn.LayerNorm(2 * width), nn.Linear(2 * width, width), nn.ReLU(), nn.Linear(width, 1))

    def score(self, readings: Tensor) -> Tensor:
        sensors, count = self.signals.sensors, self.signals.nodes
        kinds = torch.cat([self.kinds[:1].expand(sensors, -1), self.kinds[1:].expand(count - sensors, -1)])
        tokens = self.embed(patches(readings, PATCH_STEPS)) + self.times + kinds  # (n, parts, nodes, width)
        tokens = self.over_time(tokens.transpose(1, 2)).transpose(1, 2)
        read = present(readings)
        tokens = self.over_nodes(tokens, ((1 - read) * UNREAD)[:, None, None, None, :])
        own = tokens[:, :, :sensors]
        own = F.relu(own + self.feed(own))
        return self.head(torch.cat([own[:, -1].mean(dim=1), own.amax(dim=(1, 2))], dim=1)).squeeze(-1)


MEMBER = Member("transformer", 1, "windows", partial(train_network, Transformer))
