"""Moves one stage of a run from its newest checkpoint to its end, in one process or several."""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
import torch
from torch import Tensor

from training_containers.contract import Interrupted
from training_containers.contract.metric_definitions import print_metrics
from training_containers.contract.tracking import Tracker
from training_containers.torch_run.checkpoint import load_checkpoint
from training_containers.torch_run.plan import Plan
from training_containers.torch_run.run import Run
from training_containers.torch_run.stage_state import StageState

SECONDS_BETWEEN_PROGRESS_LINES = 5.0

Batch = TypeVar("Batch")


class StageTrainer(ABC, Generic[Batch]):
    """The loop over a stage's epochs and steps. A container says the rest."""

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
        run: Run,
        items: int,
        after: "StageTrainer[Any] | None",
    ) -> None:
        """`items` to learn from. `after`: the finished stage before; its epochs count on, only a better one is best."""
        self.plan, self.run, self.items = plan, run, items
        self.settings, self.processes = run.settings, run.processes
        before = None if after is None else after.state
        self.state: StageState = StageState(plan, self.settings, items, self.processes, self.averages_buffers, before)

    @abstractmethod
    def batch(self, rows: Tensor, draws: Tensor) -> Batch:
        """These rows of the training data, changed by their `draws`."""

    @abstractmethod
    def draws(self, epoch: int, count: int) -> Tensor:
        """Random numbers for as many items of an epoch, the same each time."""

    @abstractmethod
    def loss(self, batch: Batch) -> Tensor:
        """By `self.state.parallel`, within `self.autocast()`."""

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
        state = self.state
        self._resume(tracker)
        while state.epoch < self.plan.epochs and not state.early_stopping.exhausted:
            start = time.monotonic()
            self._train_epoch()
            metrics = self._finish_epoch(time.monotonic() - start)
            tracker.log(state.epochs_before + state.epoch, metrics)
            self._save()
        if state.early_stopping.exhausted:
            print(f"stopped early: {state.early_stopping.waited} epochs without {self.better}", flush=True)
        state.network.load_state_dict(state.best)

    def autocast(self) -> torch.autocast:
        return torch.autocast(self.processes.device.type, torch.float16, enabled=self.state.half_precision)

    def _train_epoch(self) -> None:
        state, last_line = self.state, time.monotonic()
        for batch in self._batches():
            state.loss_sum += self._take_step(batch)
            state.step += 1
            if self.processes.any(self.run.stop.received):
                self._save()
                where = f"SIGTERM in epoch {state.epoch + 1} after step {state.step}"
                raise Interrupted(f"{where}; the checkpoint holds it.")
            if self.processes.is_main and time.monotonic() - last_line > SECONDS_BETWEEN_PROGRESS_LINES:
                print_metrics({"progress": state.progress})
                last_line = time.monotonic()

    def _batches(self) -> Iterator[Batch]:
        """The rest of this epoch's batches for this process.

        The shuffled order is repeated to fill the last batch, so that every batch of every process is full.
        """
        state, size, count = self.state, self.settings.batch_size, self.processes.count
        length = state.steps_per_epoch * size * count
        shuffled = np.random.default_rng((self.settings.seed, state.epoch, 0)).permutation(self.items)
        order = torch.from_numpy(np.resize(shuffled, length))
        draws = self.draws(state.epoch, length)
        for step in range(state.step, state.steps_per_epoch):
            start = (step * count + self.processes.rank) * size
            yield self.batch(order[start : start + size], draws[start : start + size])

    def _take_step(self, batch: Batch) -> float:
        """One step of the optimizer; the batch's loss."""
        state = self.state
        # Dropout's randomness, too, depends on the position in the run only.
        torch.manual_seed(hash((self.settings.seed, state.epoch, state.step, self.processes.rank)))
        state.parallel.train()
        self.fix_statistics()
        return state.descend(self.loss(batch), self.largest_gradient)

    def _finish_epoch(self, seconds: float) -> dict[str, float]:
        """Validate, keep the best weights, advance the epoch; the epoch's metrics."""
        local = self.measure() if self.processes.is_main else [0.0] * len(self.measures)
        measured = dict(zip(self.measures, self.processes.from_main(local), strict=True))
        return self.state.finish_epoch(measured, self.regret(measured), seconds)

    def _save(self) -> None:
        if self.processes.is_main:
            self.state.save(self.run.checkpoints, self.run.identity)

    def _resume(self, tracker: Tracker) -> None:
        run = self.run
        ours = load_checkpoint(run.checkpoints, self.plan.name, run.identity) if self.processes.is_main else None
        found = self.processes.state_from_main(ours)
        if found is None:
            return
        state = self.state
        state.resume(found)
        print(f"resumed in epoch {state.epoch + 1} of the stage {self.plan.name} at step {state.step}", flush=True)
        for line in state.history:  # the new process's tracking starts empty
            tracker.log(int(line["epoch"]), {name: value for name, value in line.items() if name != "epoch"})
