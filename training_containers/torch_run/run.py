"""What all stages of a training run have in common."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training_containers.contract import OptMl, StopRequest
from training_containers.contract.tracking import Tracker
from training_containers.torch_run.plan import Settings
from training_containers.torch_run.processes import Processes


@dataclass(frozen=True, kw_only=True)
class Run:
    settings: Settings
    dataset_version: str
    processes: Processes
    checkpoints: Path
    stop: StopRequest

    @property
    def identity(self) -> dict[str, Any]:
        """What a run is tracked by; a checkpoint of another identity is not gone on from."""
        return {
            **self.settings.model_dump(),
            "dataset_version": self.dataset_version,
            "processes": self.processes.count,
        }

    def tracker(self, opt_ml: OptMl, experiment: str) -> Tracker:
        """The main process's; what another one logs goes nowhere."""
        if not self.processes.is_main:
            return Tracker()
        return Tracker.create(opt_ml, experiment=experiment, parameters=self.identity)
