"""Moves one stage from its newest checkpoint to its end."""

import copy
import math
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel, update_bn

from training_containers.contract import ConfigurationFault, Interrupted, StopRequest
from training_containers.contract.metric_definitions import print_metrics
from training_containers.contract.tracking import Tracker
from training_containers.image_classification.augment import draw
from training_containers.image_classification.config import WARM_UP_FRACTION, ImageClassificationHyperparameters
from training_containers.image_classification.data import class_weights
from training_containers.image_classification.stages import Stage
from training_containers.packaging import classification_metrics
from training_containers.torch_run.averaging import move_average
from training_containers.torch_run.checkpoint import load_checkpoint, save_checkpoint
from training_containers.torch_run.early_stopping import EarlyStopping
from training_containers.torch_run.processes import Processes

EVALUATION_BATCH = 64
STATISTICS_PICTURES = 256
SECONDS_BETWEEN_PROGRESS_LINES = 5.0


class Trainer:
    """The state of a stage: what a checkpoint holds, and the loop that moves it."""

    def __init__(
        self,
        stage: Stage,
        settings: ImageClassificationHyperparameters,
        classes: Sequence[str],
        identity: dict[str, Any],
        processes: Processes,
        checkpoints: Path,
        stop: StopRequest,
        after: "Trainer | None" = None,
    ) -> None:
        """`after` is the finished stage before: its epochs count on, and only a lower validation loss is better."""
        self.stage = stage
        self.settings = settings
        self.classes = classes
        self.processes = processes
        self.checkpoints = checkpoints
        self.stop = stop
        self.identity = identity
        self.epochs_before: int = 0 if after is None else after.epochs_before + after.epoch

        device = processes.device
        # Channels last: a third faster on CPUs, and what tensor cores want on GPUs.
        self.network: nn.Module = stage.module.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.parallel = DistributedDataParallel(self.network) if processes.count > 1 else self.network
        # Validation and the package use a running average of the weights: steadier than the last step's.
        self.average = AveragedModel(self.network, multi_avg_fn=move_average)
        self.best = copy.deepcopy(self.network.state_dict())
        trainable = [parameter for parameter in self.network.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.AdamW(
            trainable, stage.learning_rate, weight_decay=settings.weight_decay, fused=True
        )
        self.steps_per_epoch = math.ceil(len(stage.train.labels) / (settings.batch_size * processes.count))
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, self._learning_rate_factor)
        # Half precision on GPUs; the scaler keeps small gradients from vanishing in it.
        self.half_precision = device.type == "cuda"
        self.scaler = torch.amp.GradScaler(device.type, enabled=self.half_precision)
        self.class_weights = class_weights(stage.train.labels, classes).to(device)
        self.early_stopping = EarlyStopping(settings.early_stopping_patience, settings.early_stopping_min_delta)
        if after is not None:
            self.early_stopping.best = after.early_stopping.best
        self.epoch: int = 0  # of this stage
        self.step = 0  # within the epoch
        self.loss_sum = 0.0  # of the epoch's steps so far
        self.history: list[dict[str, float]] = []

    def fit(self, tracker: Tracker) -> None:
        """Train to the stage's last epoch or until early stopping, from the newest checkpoint if there is one.

        The module is left with the weights of the lowest validation loss.

        Raises:
            Interrupted: SIGTERM arrived; the checkpoint holds everything up to the last finished step.
        """
        self._resume(tracker)
        while self.epoch < self.stage.epochs and not self.early_stopping.exhausted:
            start = time.monotonic()
            self._train_epoch()
            metrics = self._finish_epoch(time.monotonic() - start)
            tracker.log(self.epochs_before + self.epoch, metrics)
            self._save()
        if self.early_stopping.exhausted:
            print(f"stopped early: {self.early_stopping.waited} epochs without a better validation loss", flush=True)
        self.network.load_state_dict(self.best)

    def _train_epoch(self) -> None:
        last_line = time.monotonic()
        for inputs, labels in self._batches():
            self.loss_sum += self._take_step(inputs, labels)
            self.step += 1
            if self.processes.any(self.stop.received):
                self._save()
                raise Interrupted(f"SIGTERM in epoch {self.epoch + 1} after step {self.step}; the checkpoint holds it.")
            if self.processes.is_main and time.monotonic() - last_line > SECONDS_BETWEEN_PROGRESS_LINES:
                print_metrics({"progress": self._progress()})
                last_line = time.monotonic()

    def _batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """The rest of this epoch's batches for this process: the module's inputs, and labels.

        The shuffled order is repeated to fill the last batch, so that every batch of every process is full.
        """
        size, count = self.settings.batch_size, self.processes.count
        length = self.steps_per_epoch * size * count
        train, device = self.stage.train, self.processes.device
        shuffled = np.random.default_rng((self.settings.seed, self.epoch, 0)).permutation(len(train.labels))
        order = torch.from_numpy(np.resize(shuffled, length))
        draws = draw(self.settings.seed, self.epoch, length)
        for step in range(self.step, self.steps_per_epoch):
            start = (step * count + self.processes.rank) * size
            rows = order[start : start + size]
            yield train.changed(rows, draws[start : start + size], device), train.labels[rows].to(device)

    def _take_step(self, inputs: Tensor, labels: Tensor) -> float:
        """One step of the optimizer; the batch's loss."""
        # Dropout's randomness, too, depends on the position in the run only.
        torch.manual_seed(hash((self.settings.seed, self.epoch, self.step, self.processes.rank)))
        self._train_mode()
        with torch.autocast(self.processes.device.type, torch.float16, enabled=self.half_precision):
            logits = self.parallel(inputs)
        loss = F.cross_entropy(
            logits.float(), labels, weight=self.class_weights, label_smoothing=self.stage.label_smoothing
        )
        self.optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.schedule.step()
        self.average.update_parameters(self.network)
        value = loss.item()
        if not math.isfinite(value):
            rate = self.stage.learning_rate
            raise ConfigurationFault(
                f"the loss became {value} in epoch {self.epoch + 1}; lower learning_rate ({rate})."
            )
        return value

    def _train_mode(self) -> None:
        self.parallel.train()
        if not self.stage.measures_statistics:
            for module in self.network.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eval()

    def _finish_epoch(self, seconds: float) -> dict[str, float]:
        """Validate, keep the best weights, advance the epoch; the epoch's metrics."""
        train_loss = self.loss_sum / self.steps_per_epoch
        learning_rate = float(self.schedule.get_last_lr()[0])
        self.epoch, self.step, self.loss_sum = self.epoch + 1, 0, 0.0
        local = [0.0, 0.0, 0.0]
        if self.processes.is_main:
            self._measure_batch_statistics()
            local = self._validate()
        loss, macro_f1, accuracy = self.processes.from_main(local)
        if self.early_stopping.update(loss):
            self.best = copy.deepcopy(self.average.module.state_dict())
        metrics: dict[str, float] = {
            "progress": self._progress(),
            "train_loss": train_loss,
            "val_loss": loss,
            "val_macro_f1": macro_f1,
            "val_accuracy": accuracy,
            "learning_rate": learning_rate,
            "epoch_seconds": seconds,
        }
        self.history.append({"epoch": self.epochs_before + self.epoch, **metrics})
        return metrics

    def _measure_batch_statistics(self) -> None:
        """Give the averaged weights batch statistics of their own; those of the last steps belong to other weights.

        Measured on training pictures as they are: what will be served is not augmented either.
        """
        if not self.stage.measures_statistics:
            return
        items = len(self.stage.train.labels)
        rows = torch.linspace(0, items - 1, min(STATISTICS_PICTURES, items)).long()
        device = self.processes.device
        update_bn((self.stage.train.plain(batch, device) for batch in rows.split(EVALUATION_BATCH)), self.average)

    @torch.inference_mode()
    def _validate(self) -> list[float]:
        """Loss (class-weighted, without smoothing), macro F1 and accuracy of the averaged weights."""
        network = self.average.module.eval()
        labels, device = self.stage.validation.labels, self.processes.device
        batches = torch.arange(len(labels)).split(EVALUATION_BATCH)
        logits = torch.cat([network(self.stage.validation.plain(rows, device)).float().cpu() for rows in batches])
        answers = logits.argmax(dim=1)
        loss = F.cross_entropy(logits, labels, weight=self.class_weights.cpu())
        truth, answered = ([self.classes[i] for i in column.tolist()] for column in (labels, answers))
        measured = classification_metrics(truth, answered, self.classes).metrics
        return [loss.item(), measured["macro_f1"], measured["accuracy"]]

    def _learning_rate_factor(self, step: int) -> float:
        """Linear warm-up, then half a cosine to zero at the last step."""
        total = self.stage.epochs * self.steps_per_epoch
        warm_up = max(1, round(WARM_UP_FRACTION * total))
        if step < warm_up:
            return (step + 1) / warm_up
        return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - warm_up) / max(1, total - warm_up))))

    def _progress(self) -> float:
        """Share of the run's planned epochs that are done, from 0 to 1."""
        done = (self.epoch + self.step / self.steps_per_epoch) / self.stage.epochs
        return self.stage.share_before + self.stage.share * done

    def _save(self) -> None:
        if not self.processes.is_main:
            return
        state: dict[str, Any] = {
            "identity": self.identity,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "best": self.best,
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "scaler": self.scaler.state_dict(),
            "early_stopping": vars(self.early_stopping),
            "epoch": self.epoch,
            "step": self.step,
            "loss_sum": self.loss_sum,
            "history": self.history,
        }
        save_checkpoint(self.checkpoints, self.stage.name, self.epoch, self.step, state)

    def _resume(self, tracker: Tracker) -> None:
        state = load_checkpoint(self.checkpoints, self.stage.name, self.identity)
        if state is None:
            return
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.best = state["best"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.scaler.load_state_dict(state["scaler"])
        self.early_stopping = EarlyStopping(**state["early_stopping"])
        self.epoch, self.step, self.loss_sum = state["epoch"], state["step"], state["loss_sum"]
        self.history = state["history"]
        print(f"resumed in epoch {self.epoch + 1} of the stage {self.stage.name} at step {self.step}", flush=True)
        for line in self.history:  # the new process's tracking starts empty
            tracker.log(int(line["epoch"]), {name: value for name, value in line.items() if name != "epoch"})
