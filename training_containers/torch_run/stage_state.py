"""The state of a stage: what a checkpoint holds, and how a step and an epoch change it."""

import copy
import math
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel

from training_containers.contract import ConfigurationFault
from training_containers.torch_run.averaging import move_average
from training_containers.torch_run.checkpoint import save_checkpoint
from training_containers.torch_run.early_stopping import EarlyStopping
from training_containers.torch_run.learning_rate import learning_rate_factor
from training_containers.torch_run.plan import Plan, Settings
from training_containers.torch_run.processes import Processes


class StageState:
    """The network with its average, its best weights and its optimizer, and how far the stage is."""

    def __init__(
        self,
        plan: Plan,
        settings: Settings,
        items: int,
        processes: Processes,
        averages_buffers: bool,
        after: "StageState | None",
    ) -> None:
        self.plan = plan
        self.epochs_before: int = 0 if after is None else after.epochs_before + after.epoch
        device = processes.device
        # Channels last: a third faster on CPUs, and what tensor cores want on GPUs.
        self.network: nn.Module = plan.module.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.parallel = DistributedDataParallel(self.network) if processes.count > 1 else self.network
        # Validation and the package use a running average of the weights: steadier than the last step's.
        self.average = AveragedModel(self.network, multi_avg_fn=move_average, use_buffers=averages_buffers)
        self.best = copy.deepcopy(self.network.state_dict())
        trainable = [parameter for parameter in self.network.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.AdamW(
            trainable, plan.learning_rate, weight_decay=settings.weight_decay, fused=True
        )
        self.steps_per_epoch = math.ceil(items / (settings.batch_size * processes.count))
        factor = partial(learning_rate_factor, total=plan.epochs * self.steps_per_epoch)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, factor)
        # Half precision on GPUs; the scaler keeps small gradients from vanishing in it.
        self.half_precision = device.type == "cuda"
        self.scaler = torch.amp.GradScaler(device.type, enabled=self.half_precision)
        self.early_stopping = EarlyStopping(settings.early_stopping_patience, settings.early_stopping_min_delta)
        if after is not None:
            self.early_stopping.best = after.early_stopping.best
        self.epoch: int = 0  # of this stage
        self.step = 0  # within the epoch
        self.loss_sum = 0.0  # of the epoch's steps so far
        self.history: list[dict[str, float]] = []

    @property
    def progress(self) -> float:
        """Share of the run's planned epochs that are done, from 0 to 1."""
        done = (self.epoch + self.step / self.steps_per_epoch) / self.plan.epochs
        return self.plan.share_before + self.plan.share * done

    def descend(self, loss: Tensor, largest_gradient: float | None) -> float:
        """One step of the optimizer; the loss as a number.

        Args:
            largest_gradient: norm that gradients are clipped to; None: they are not.

        Raises:
            ConfigurationFault: the loss is not finite.
        """
        self.optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()
        if largest_gradient is not None:
            self.scaler.unscale_(self.optimizer)
            nn.utils.clip_grad_norm_(self.network.parameters(), largest_gradient)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.schedule.step()
        self.average.update_parameters(self.network)
        value: float = loss.item()
        if not math.isfinite(value):
            now = f"the loss became {value} in epoch {self.epoch + 1}"
            raise ConfigurationFault(f"{now}; lower learning_rate ({self.plan.learning_rate}).")
        return value

    def finish_epoch(self, measured: dict[str, float], regret: float, seconds: float) -> dict[str, float]:
        """Keep the averaged weights where none had less regret, advance the epoch; the epoch's metrics."""
        train_loss = self.loss_sum / self.steps_per_epoch
        self.epoch, self.step, self.loss_sum = self.epoch + 1, 0, 0.0
        if self.early_stopping.update(regret):
            self.best = copy.deepcopy(self.average.module.state_dict())
        metrics: dict[str, float] = {
            "progress": self.progress,
            "train_loss": train_loss,
            **measured,
            "learning_rate": float(self.schedule.get_last_lr()[0]),
            "epoch_seconds": seconds,
        }
        self.history.append({"epoch": self.epochs_before + self.epoch, **metrics})
        return metrics

    def save(self, folder: Path, identity: dict[str, Any]) -> None:
        """Write a checkpoint of the run that `identity` tells from others."""
        state: dict[str, Any] = {name: part.state_dict() for name, part in self._parts.items()} | {
            "identity": identity,
            "best": self.best,
            "early_stopping": vars(self.early_stopping),
            "epoch": self.epoch,
            "step": self.step,
            "loss_sum": self.loss_sum,
            "history": self.history,
        }
        save_checkpoint(folder, self.plan.name, self.epoch, self.step, state)

    def resume(self, state: dict[str, Any]) -> None:
        """Become what a checkpoint of the stage holds."""
        for name, part in self._parts.items():
            part.load_state_dict(state[name])
        self.best = state["best"]
        self.early_stopping = EarlyStopping(**state["early_stopping"])
        self.epoch, self.step, self.loss_sum = state["epoch"], state["step"], state["loss_sum"]
        self.history = state["history"]

    @property
    def _parts(self) -> dict[str, Any]:
        """What keeps a state of its own."""
        return {name: getattr(self, name) for name in ("network", "average", "optimizer", "schedule", "scaler")}
