"""Where a stage goes on after it was killed, on a host that has the checkpoint and on one that has not."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from training_containers.contract import StopRequest
from training_containers.contract.tracking import Tracker
from training_containers.torch_run.processes import Processes
from training_containers.torch_run.run import Run
from training_containers.torch_run.stage_trainer import StageTrainer

ROWS = torch.linspace(-1, 1, 16).view(16, 1, 1, 1)


@dataclass(frozen=True)
class Told:
    """Plan and hyperparameters of a stage whose network is one number."""

    epochs: int
    module: nn.Module = field(default_factory=lambda: nn.Conv2d(1, 1, 1, bias=False))
    name: str = "all"
    learning_rate: float = 0.1
    share_before: float = 0.0
    share: float = 1.0
    batch_size: int = 4
    seed: int = 0
    weight_decay: float = 0.0
    early_stopping_patience: int = 100
    early_stopping_min_delta: float = 0.0

    def model_dump(self) -> dict[str, Any]:
        return {"epochs": self.epochs}


class Doubling(StageTrainer[Tensor]):
    """Learns to double."""

    measures = ("val_loss",)
    better = "a lower loss"

    def batch(self, rows: Tensor, draws: Tensor) -> Tensor:
        return ROWS[rows]

    def draws(self, epoch: int, count: int) -> Tensor:
        return torch.zeros(count)

    def loss(self, batch: Tensor) -> Tensor:
        return (self.state.parallel(batch) - 2 * batch).square().mean()

    def fix_statistics(self) -> None:
        pass

    @torch.no_grad()
    def measure(self) -> list[float]:
        return [float((self.state.average.module(ROWS) - 2 * ROWS).square().mean())]

    def regret(self, measured: dict[str, float]) -> float:
        return measured["val_loss"]


@dataclass(frozen=True)
class OtherHost(Processes):
    """A process that is not the main one, which tells what it read."""

    told: Any = None

    def state_from_main(self, state: dict[str, Any] | None) -> dict[str, Any] | None:
        assert state is None
        return self.told


def trainer(epochs: int, checkpoints: Path, processes: Processes) -> Doubling:
    torch.manual_seed(0)
    told = Told(epochs)
    run = Run(settings=told, dataset_version="v1", processes=processes, checkpoints=checkpoints, stop=StopRequest())
    return Doubling(told, run, len(ROWS), None)


@pytest.fixture
def main_process() -> Processes:
    return Processes(rank=0, count=1, device=torch.device("cpu"))


def test_a_host_without_the_file_goes_on_where_the_main_process_does(tmp_path: Path, main_process: Processes) -> None:
    first = trainer(3, tmp_path, main_process)
    first.fit(Tracker())
    (file, *_) = sorted(tmp_path.glob("checkpoint-all-*.pt"), reverse=True)
    told = torch.load(file, weights_only=True)
    other = trainer(3, tmp_path / "none", OtherHost(rank=1, count=1, device=torch.device("cpu"), told=told))
    other.fit(Tracker())
    assert other.state.epoch == first.state.epoch == 3
    assert torch.equal(other.state.network.weight, first.state.network.weight)
    assert [one["epoch"] for one in other.state.history] == [1, 2, 3]
