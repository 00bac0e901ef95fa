"""Variational autoencoder: learns what calm windows look like; what it cannot say again is suspicious."""

from functools import partial
from typing import ClassVar

import torch
from torch import Tensor, nn

from inference.contracts.zones import ZoneSignals
from training_containers.ensemble.models.member import Member
from training_containers.ensemble.models.network import ZoneNetwork
from training_containers.ensemble.models.network_training import train_network


class VariationalAutoencoder(ZoneNetwork):
    """Kingma and Welling, https://arxiv.org/abs/1312.6114. Reads all nodes, and says the zone's own again: a fire next
    door is no hazard here."""

    calm_only: ClassVar[bool] = True

    def __init__(self, signals: ZoneSignals, width: int) -> None:
        super().__init__(signals, width)
        self.latent = max(2, width // 4)
        channels = len(signals.channels)
        inputs = signals.window_steps * signals.nodes * self.columns
        said = signals.window_steps * signals.sensors * channels
        self.encoder = nn.Sequential(nn.Linear(inputs, 2 * width), nn.ReLU(), nn.Linear(2 * width, 2 * self.latent))
        self.decoder = nn.Sequential(nn.Linear(self.latent, 2 * width), nn.ReLU(), nn.Linear(2 * width, said))
        self.spread = nn.Parameter(torch.zeros(channels))  # log of a channel's variance around what is said

    @property
    def noise(self) -> int:
        return self.latent

    def score(self, readings: Tensor) -> Tensor:
        middle, spread = self._encoded(readings)
        return self._negative_elbo(readings, middle, spread, middle)

    def losses(self, readings: Tensor, hazard: Tensor, noise: Tensor) -> Tensor:
        middle, spread = self._encoded(readings)
        return self._negative_elbo(readings, middle, spread, middle + noise * torch.exp(0.5 * spread))

    def _encoded(self, readings: Tensor) -> tuple[Tensor, Tensor]:
        middle, spread = self.encoder(readings.flatten(1)).chunk(2, dim=1)
        return middle, spread.clamp(-8, 8)

    def _negative_elbo(self, readings: Tensor, middle: Tensor, spread: Tensor, code: Tensor) -> Tensor:
        """For each known value of the zone's own sensors, so that a sensor less is no surprise."""
        own = readings[:, :, : self.signals.sensors]
        truth, known = own[..., :-1], 1 - own[..., -1:]
        said = self.decoder(code).unflatten(1, truth.shape[1:])
        errors = known * (self.spread + (truth - said) ** 2 * torch.exp(-self.spread))
        divergence = (middle**2 + torch.exp(spread) - 1 - spread).sum(dim=1)
        values = known.sum(dim=(1, 2, 3)) * truth.shape[-1]
        return 0.5 * (errors.sum(dim=(1, 2, 3)) + divergence) / values.clamp(min=1)


MEMBER = Member("vae", 1, "windows", partial(train_network, VariationalAutoencoder))
