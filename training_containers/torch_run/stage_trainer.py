"""Moves one stage of a run from its newest checkpoint to its end, in one process or several."""

import copy
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel

from training_containers.contract import ConfigurationFault, Interrupted, StopRequest
from training_containers.contract.metric_definitions import print_metrics
from training_containers.contract.tracking import Tracker
from training_containers.torch_run.averaging import move_average
from training_containers.torch_run.checkpoint import load_checkpoint, save_checkpoint
from training_containers.torch_run.early_stopping import EarlyStopping
from training_containers.torch_run.processes import Processes

SECONDS_BETWEEN_PROGRESS_LINES = 5.0
WARM_UP_FRACTION = 0.05
"""Of all steps."""

Batch = TypeVar("Batch")


class Plan(Protocol):
    """What learns, how fast and how long."""

    @property
    def name(self) -> str: ...

    @property
    def module(self) -> nn.Module: ...

    @property
    def epochs(self) -> int: ...

    @property
    def learning_rate(self) -> float: ...

    @property
    def share_before(self) -> float:
        """Of the run's planned epochs, those in earlier stages."""
        ...

    @property
    def share(self) -> float: ...


class Settings(Protocol):
    @property
    def batch_size(self) -> int: ...

    @property
    def seed(self) -> int: ...

    @property
    def weight_decay(self) -> float: ...

    @property
    def early_stopping_patience(self) -> int: ...

    @property
    def early_stopping_min_delta(self) -> float: ...


class StageTrainer(ABC, Generic[Batch]):
    """The state of a stage: what a checkpoint holds, and the loop that moves it. A container says the rest."""

    measures: ClassVar[tuple[str, ...]]
    """Names of what `measure` answers, as they are logged."""
    better: ClassVar[str]
    """What early stopping waits for, in words."""
    largest_gradient: ClassVar[float | None] = None
    """Norm that gradients are clipped to; None: they are not."""
    averages_buffers: ClassVar[bool] = False
    """Whether the running average has statistics of its own, too."""

    def __init__(
        self,
        plan: Plan,
        settings: Settings,
        items: int,
        identity: dict[str, Any],
        processes: Processes,
        checkpoints: Path,
        stop: StopRequest,
        after: "StageTrainer[Any] | None",
    ) -> None:
        """`items` to learn from. `after`: the finished stage before; its epochs count on, only a better one is best."""
        self.plan, self.settings, self.items = plan, settings, items
        self.identity, self.processes, self.checkpoints, self.stop = identity, processes, checkpoints, stop
        self.epochs_before: int = 0 if after is None else after.epochs_before + after.epoch
        device = processes.device
        # Channels last: a third faster on CPUs, and what tensor cores want on GPUs.
        self.network: nn.Module = plan.module.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.parallel = DistributedDataParallel(self.network) if processes.count > 1 else self.network
        # Validation and the package use a running average of the weights: steadier than the last step's.
        self.average = AveragedModel(self.network, multi_avg_fn=move_average, use_buffers=self.averages_buffers)
        self.best = copy.deepcopy(self.network.state_dict())
        trainable = [parameter for parameter in self.network.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.AdamW(
            trainable, plan.learning_rate, weight_decay=settings.weight_decay, fused=True
        )
        self.steps_per_epoch = math.ceil(items / (settings.batch_size * processes.count))
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, self._learning_rate_factor)
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

    @abstractmethod
    def batch(self, rows: Tensor, draws: Tensor) -> Batch:
        """These rows of the training data, changed by their `draws`."""

    @abstractmethod
    def draws(self, epoch: int, count: int) -> Tensor:
        """Random numbers for as many items of an epoch, the same each time."""

    @abstractmethod
    def loss(self, batch: Batch) -> Tensor:
        """By `self.parallel`; in half precision where `self.half_precision`."""

    @abstractmethod
    def fix_statistics(self) -> None:
        """After `train()`: batch normalisation that must keep its statistics goes back to `eval()`."""

    @abstractmethod
    def measure(self) -> list[float]:
        """`measures` of the averaged weights on the validation split; asked in the main process only."""

    @abstractmethod
    def regret(self, measured: dict[str, float]) -> float:
        """The lower, the better were the weights."""

    def fit(self, tracker: Tracker) -> None:
        """Train to the stage's last epoch or until early stopping, from the newest checkpoint if there is one.

        The module is left with the best weights.

        Raises:
            Interrupted: SIGTERM arrived; the checkpoint holds everything up to the last finished step.
        """
        self._resume(tracker)
        while self.epoch < self.plan.epochs and not self.early_stopping.exhausted:
            start = time.monotonic()
            self._train_epoch()
            metrics = self._finish_epoch(time.monotonic() - start)
            tracker.log(self.epochs_before + self.epoch, metrics)
            self._save()
        if self.early_stopping.exhausted:
            print(f"stopped early: {self.early_stopping.waited} epochs without {self.better}", flush=True)
        self.network.load_state_dict(self.best)

    def autocast(self) -> torch.autocast:
        return torch.autocast(self.processes.device.type, torch.float16, enabled=self.half_precision)

    def _train_epoch(self) -> None:
        last_line = time.monotonic()
        for batch in self._batches():
            self.loss_sum += self._take_step(batch)
            self.step += 1
            if self.processes.any(self.stop.received):
                self._save()
                raise Interrupted(f"SIGTERM in epoch {self.epoch + 1} after step {self.step}; the checkpoint holds it.")
            if self.processes.is_main and time.monotonic() - last_line > SECONDS_BETWEEN_PROGRESS_LINES:
                print_metrics({"progress": self._progress()})
                last_line = time.monotonic()

    def _batches(self) -> Iterator[Batch]:
        """The rest of this epoch's batches for this process.

        The shuffled order is repeated to fill the last batch, so that every batch of every process is full.
        """
        size, count = self.settings.batch_size, self.processes.count
        length = self.steps_per_epoch * size * count
        shuffled = np.random.default_rng((self.settings.seed, self.epoch, 0)).permutation(self.items)
        order = torch.from_numpy(np.resize(shuffled, length))
        draws = self.draws(self.epoch, length)
        for step in range(self.step, self.steps_per_epoch):
            start = (step * count + self.processes.rank) * size
            yield self.batch(order[start : start + size], draws[start : start + size])

    def _take_step(self, batch: Batch) -> float:
        """One step of the optimizer; the batch's loss."""
        # Dropout's randomness, too, depends on the position in the run only.
        torch.manual_seed(hash((self.settings.seed, self.epoch, self.step, self.processes.rank)))
        self.parallel.train()
        self.fix_statistics()
        loss = self.loss(batch)
        self.optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()
        if self.largest_gradient is not None:
            self.scaler.unscale_(self.optimizer)
            nn.utils.clip_grad_norm_(self.network.parameters(), self.largest_gradient)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.schedule.step()
        self.average.update_parameters(self.network)
        value = loss.item()
        if not math.isfinite(value):
            rate = self.plan.learning_rate
            raise ConfigurationFault(
                f"the loss became {value} in epoch {self.epoch + 1}; lower learning_rate ({rate})."
            )
        return value

    def _finish_epoch(self, seconds: float) -> dict[str, float]:
        """Validate, keep the best weights, advance the epoch; the epoch's metrics."""
        train_loss = self.loss_sum / self.steps_per_epoch
        learning_rate = float(self.schedule.get_last_lr()[0])
        self.epoch, self.step, self.loss_sum = self.epoch + 1, 0, 0.0
        local = self.measure() if self.processes.is_main else [0.0] * len(self.measures)
        measured = dict(zip(self.measures, self.processes.from_main(local), strict=True))
        if self.early_stopping.update(self.regret(measured)):
            self.best = copy.deepcopy(self.average.module.state_dict())
        metrics: dict[str, float] = {
            "progress": self._progress(),
            "train_loss": train_loss,
            **measured,
            "learning_rate": learning_rate,
            "epoch_seconds": seconds,
        }
        self.history.append({"epoch": self.epochs_before + self.epoch, **metrics})
        return metrics

    def _learning_rate_factor(self, step: int) -> float:
        """Linear warm-up, then half a cosine to zero at the last step."""
        total = self.plan.epochs * self.steps_per_epoch
        warm_up = max(1, round(WARM_UP_FRACTION * total))
        if step < warm_up:
            return (step + 1) / warm_up
        return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - warm_up) / max(1, total - warm_up))))

    def _progress(self) -> float:
        """Share of the run's planned epochs that are done, from 0 to 1."""
        done = (self.epoch + self.step / self.steps_per_epoch) / self.plan.epochs
        return self.plan.share_before + self.plan.share * done

    @property
    def _parts(self) -> dict[str, Any]:
        """What keeps a state of its own."""
        return {name: getattr(self, name) for name in ("network", "average", "optimizer", "schedule", "scaler")}

    def _save(self) -> None:
        if not self.processes.is_main:
            return
        state: dict[str, Any] = {name: part.state_dict() for name, part in self._parts.items()} | {
            "identity": self.identity,
            "best": self.best,
            "early_stopping": vars(self.early_stopping),
            "epoch": self.epoch,
            "step": self.step,
            "loss_sum": self.loss_sum,
            "history": self.history,
        }
        save_checkpoint(self.checkpoints, self.plan.name, self.epoch, self.step, state)

    def _resume(self, tracker: Tracker) -> None:
        state = load_checkpoint(self.checkpoints, self.plan.name, self.identity)
        if state is None:
            return
        for name, part in self._parts.items():
            part.load_state_dict(state[name])
        self.best = state["best"]
        self.early_stopping = EarlyStopping(**state["early_stopping"])
        self.epoch, self.step, self.loss_sum = state["epoch"], state["step"], state["loss_sum"]
        self.history = state["history"]
        print(f"resumed in epoch {self.epoch + 1} of the stage {self.plan.name} at step {self.step}", flush=True)
        for line in self.history:  # the new process's tracking starts empty
            tracker.log(int(line["epoch"]), {name: value for name, value in line.items() if name != "epoch"})
