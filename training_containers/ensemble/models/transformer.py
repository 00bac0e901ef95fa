"""Spatio-temporal transformer: each node attends over time, then each time over the nodes."""

from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from inference.contracts.zones import ZoneSignals
from training_containers.ensemble.models.member import Member
from training_containers.ensemble.models.network import ZoneNetwork, patches, present
from training_containers.ensemble.models.network_training import train_network

PATCH_STEPS = 10
HEADS = 2  # few and wide: small products of matrices are slow on CPUs
UNREAD = -1e4  # in place of minus infinity: a zone of which nothing was read still has finite attention


class Attention(nn.Module):
    """The first tokens of (sequences, length, width) attend to all of them; (sequences, first, width)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.query, self.pairs = nn.Linear(width, width), nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)

    def forward(self, tokens: Tensor, first: int, bias: Tensor | None = None) -> Tensor:
        """`bias` (sequences, 1, 1, length) is added to every query's logits."""
        state = self.norm(tokens)
        parts = (self.query(state[:, :first]), *self.pairs(state).chunk(2, dim=2))
        query, key, value = (part.unflatten(2, (HEADS, -1)).transpose(1, 2) for part in parts)
        heard = F.scaled_dot_product_attention(query, key, value, bias)
        return tokens[:, :first] + self.out(heard.transpose(1, 2).flatten(2))


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
        tokens = self.embed(patches(readings, PATCH_STEPS)) + (self.times + kinds)
        _, parts, _, width = tokens.shape
        tokens = self.over_time(tokens.transpose(1, 2).reshape(-1, parts, width), parts)
        tokens = tokens.unflatten(0, (-1, count)).transpose(1, 2)
        unread = (1 - present(readings)).unsqueeze(1).expand(-1, parts, -1).reshape(-1, 1, 1, count)
        own = self.over_nodes(tokens.reshape(-1, count, width), sensors, unread * UNREAD)
        own = F.relu(own + self.feed(own)).unflatten(0, (-1, parts))
        return self.head(torch.cat([own[:, -1].mean(dim=1), own.amax(dim=(1, 2))], dim=1)).squeeze(-1)


MEMBER = Member("transformer", 1, "windows", partial(train_network, Transformer))
