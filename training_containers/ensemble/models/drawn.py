"""The windows that networks see in an epoch: normalised once, on the device."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from training_containers.ensemble.models.member import Batch
from training_containers.ensemble.models.network import ZoneNetwork

NORMALISED_TOGETHER = 4096


@dataclass(frozen=True)
class Drawn:
    """An epoch's windows on the device, normalised."""

    readings: Tensor  # (n, steps, nodes, channels + 1)
    hazard: Tensor  # (n,)
    weight: Tensor  # (n,), 1 in the mean

    def __len__(self) -> int:
        return len(self.hazard)


@torch.no_grad()
def drawn_of(batch: Batch, network: ZoneNetwork, device: torch.device) -> Drawn:
    """What of the batch the network learns from, as its `readings` normalise it."""
    kept = ~batch.hazard if network.calm_only else np.ones(len(batch), bool)
    rows = np.flatnonzero(kept)
    readings = torch.empty((len(rows), *batch.inputs.shape[1:-1], network.columns), device=device)
    for start in range(0, len(rows), NORMALISED_TOGETHER):
        taken = rows[start : start + NORMALISED_TOGETHER]
        readings[start : start + len(taken)] = network.readings(torch.from_numpy(batch.inputs[taken]).to(device))
    # Halfway between the sample's prevalence and the real one ranks best; calibration restores the real one.
    weight = torch.from_numpy(np.sqrt(batch.weight[rows])).to(device)
    hazard = torch.from_numpy(batch.hazard[rows].astype(np.float32)).to(device)
    return Drawn(readings, hazard, weight / weight.mean())
