"""Graph network: sensors and neighbouring zones are nodes that pass messages; nodes that are not read send none."""

from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from inference.contracts.zones import ZoneSignals
from training_containers.ensemble.models.member import Member
from training_containers.ensemble.models.network import ZoneNetwork, patches, present
from training_containers.ensemble.models.network_training import train_network

PATCH_STEPS = 5
ROUNDS = 2


class Messages(nn.Module):
    """One round: every node hears the mean of what the others have to say to it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.sender, self.receiver = nn.Linear(width, width), nn.Linear(width, width, bias=False)
        self.update = nn.Linear(2 * width, width)

    def forward(self, nodes: Tensor, edges: Tensor) -> Tensor:
        """`edges` (n, receivers, senders) sum to at most 1 over senders."""
        state = self.norm(nodes)
        messages = F.relu(self.receiver(state).unsqueeze(2) + self.sender(state).unsqueeze(1))
        heard = (messages * edges.unsqueeze(-1)).sum(dim=2)
        return nodes + F.relu(self.update(torch.cat([state, heard], dim=2)))


class GraphNetwork(ZoneNetwork):
    """The same weights for every node but for a vector that says whether it is a sensor or a zone beside."""

    def __init__(self, signals: ZoneSignals, width: int) -> None:
        super().__init__(signals, width)
        parts = -(-signals.window_steps // PATCH_STEPS)
        self.embed = nn.Linear(PATCH_STEPS * self.columns, width // 2)
        self.encode = nn.Linear(parts * (width // 2), width)
        self.kinds = nn.Parameter(torch.zeros(2, width))
        self.rounds = nn.ModuleList(Messages(width) for _ in range(ROUNDS))
        self.head = nn.Sequential(nn.LayerNorm(2 * width), nn.Linear(2 * width, width), nn.ReLU(), nn.Linear(width, 1))

    def score(self, readings: Tensor) -> Tensor:
        sensors, count = self.signals.sensors, self.signals.nodes
        parts = F.relu(self.embed(patches(readings, PATCH_STEPS))).transpose(1, 2)
        kinds = torch.cat([self.kinds[:1].expand(sensors, -1), self.kinds[1:].expand(count - sensors, -1)])
        nodes = self.encode(parts.flatten(2)) + kinds
        read = present(readings)
        edges = read.unsqueeze(1) * (1 - torch.eye(count, dtype=read.dtype, device=read.device))
        edges = edges / edges.sum(dim=2, keepdim=True).clamp(min=1)
        for messages in self.rounds:
            nodes = messages(nodes, edges)
        own = read[:, :sensors].unsqueeze(-1)
        heard = F.relu(nodes[:, :sensors]) * own
        mean = heard.sum(dim=1) / own.sum(dim=1).clamp(min=1)
        return self.head(torch.cat([mean, heard.amax(dim=1)], dim=1)).squeeze(-1)


MEMBER = Member("graph_network", 1, "windows", partial(train_network, GraphNetwork))
