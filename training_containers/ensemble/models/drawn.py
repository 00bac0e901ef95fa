"""The windows that networks see in an epoch: normalised once, on the device.

Where hosts have a share of the data each, so they have of these windows, and all know which lies where. What must be
the same everywhere (scales, weights, order) follows from all of them.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training_containers.ensemble.models.member import Batch
from training_containers.ensemble.models.network import MEASURED_WINDOWS, ZoneNetwork
from training_containers.torch_run.processes import Processes

NORMALISED_TOGETHER = 4096


@dataclass(frozen=True)
class Drawn:
    """An epoch's windows on the device, normalised."""

    readings: Tensor  # (n, steps, nodes, channels + 1), of this host
    hazard: Tensor  # (n,)
    weight: Tensor  # (n,), 1 in the mean over all hosts
    place: Tensor | None
    """(N,) in the arrays above, of each window of all hosts; -1: another host has it. None: all are here."""

    def __len__(self) -> int:
        return len(self.hazard) if self.place is None else len(self.place)

    def of_process(self, rows: Tensor, processes: Processes) -> tuple[Tensor, Tensor]:
        """This process's part of a step's windows: their places in `rows`, and in the arrays above."""
        if self.place is None:
            ours = torch.arange(processes.rank, len(rows), processes.count, device=rows.device)
            return ours, rows[ours]
        places = self.place[rows]
        ours = torch.nonzero(places >= 0).squeeze(1)[processes.rank_on_host :: processes.on_host]
        return ours, places[ours]


@torch.no_grad()
def drawn_of(batch: Batch, network: ZoneNetwork, processes: Processes) -> Drawn:
    """What of the batch the network learns from, as its `readings` normalise it."""
    device = processes.device
    rows = np.flatnonzero(~batch.hazard) if network.calm_only else np.arange(len(batch))
    readings = torch.empty((len(rows), *batch.inputs.shape[1:-1], network.columns), device=device)
    for start in range(0, len(rows), NORMALISED_TOGETHER):
        taken = rows[start : start + NORMALISED_TOGETHER]
        readings[start : start + len(taken)] = network.readings(torch.from_numpy(batch.inputs[taken]).to(device))
    # Halfway between the sample's prevalence and the real one ranks best; calibration restores the real one.
    weight = torch.from_numpy(np.sqrt(batch.weight[rows])).to(device)
    hazard = torch.from_numpy(batch.hazard[rows].astype(np.float32)).to(device)
    if batch.share is None:
        return Drawn(readings, hazard, weight / weight.mean(), None)
    # Every host has as many processes, so each host's sum counts alike often.
    sums = np.sum(processes.gathered((float(weight.sum()), len(weight))), axis=0)
    kept = ~batch.share.hazard if network.calm_only else np.ones(len(batch.share.hazard), bool)
    place = np.full(kept.sum(), -1)
    place[(np.cumsum(kept) - 1)[batch.share.position[rows]]] = np.arange(len(rows))
    return Drawn(readings, hazard, weight / (sums[0] / sums[1]), torch.from_numpy(place).to(device))


def calm_windows(batch: Batch, processes: Processes) -> NDArray[np.float32]:
    """The sample's first calm ones, the same on every host: scales are measured on them."""
    calm = batch.inputs[~batch.hazard]
    if batch.share is None:
        return calm[:MEASURED_WINDOWS]
    number = (np.cumsum(~batch.share.hazard) - 1)[batch.share.position[~batch.hazard]]
    first = number < MEASURED_WINDOWS
    told = (number[first], calm[first]) if processes.rank_on_host == 0 else (number[:0], calm[:0])
    numbers, windows = zip(*processes.gathered(told), strict=True)
    return np.concatenate(windows)[np.argsort(np.concatenate(numbers))]
