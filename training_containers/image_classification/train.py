"""Trains MobileNetV2 and leaves a model package. Read it from `main` downwards.

Everything random is drawn from (seed, epoch, position), so a run that was killed and resumed ends, on a CPU, with the
very weights of one that was not.
"""

import copy
import math
import sys
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import f1_score
from torch import Tensor
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel, update_bn

from inference.contracts import Split
from inference.image_classification import ImageClassifier
from inference.image_input import ImageInput
from training_containers.contract import ConfigurationFault, Interrupted, OptMl, run_to_exit_code
from training_containers.contract.metric_definitions import metric_line
from training_containers.contract.tracking import Tracker
from training_containers.image_classification import pretrained
from training_containers.image_classification.augment import augment, draw
from training_containers.image_classification.averaging import move_average
from training_containers.image_classification.checkpoint import load_checkpoint, save_checkpoint
from training_containers.image_classification.config import (
    AUGMENTATION,
    WARM_UP_FRACTION,
    ImageClassificationHyperparameters,
)
from training_containers.image_classification.data import Dataset, Pictures, class_weights, load_pictures, read_dataset
from training_containers.image_classification.early_stopping import EarlyStopping
from training_containers.image_classification.model import MobileNetV2, normalise
from training_containers.image_classification.package import package
from training_containers.image_classification.processes import Processes, StopRequest
from training_containers.packaging import champion_of

EVALUATION_BATCH = 64
STATISTICS_PICTURES = 256
SECONDS_BETWEEN_PROGRESS_LINES = 5.0


def main() -> int:
    opt_ml = OptMl.from_environment()
    return run_to_exit_code(lambda: run(opt_ml), opt_ml.failure)


def run(opt_ml: OptMl) -> None:
    """The whole job of one process: read, train, and in the main process package."""
    stop = StopRequest()
    settings = ImageClassificationHyperparameters.parse(opt_ml.hyperparameters)
    processes = Processes.join()
    dataset = read_dataset(opt_ml.channel("dataset"), opt_ml.channel("images"))
    champion = champion_of(opt_ml, ImageClassifier) if processes.is_main else None
    network = build_network(settings, dataset, opt_ml)
    contract = ImageInput(size=settings.image_size)
    train, validation = (load_pictures(dataset, split, contract) for split in (Split.TRAIN, Split.VALIDATION))
    for reason in train.skipped + validation.skipped:
        print(f"skipped {reason}", flush=True)

    trainer = Trainer(settings, dataset, network, train, validation, processes, opt_ml, stop)
    with tracker_of(opt_ml, settings, dataset, processes) as tracker:
        trainer.fit(tracker)
    processes.leave()
    if processes.is_main:
        package(opt_ml, dataset, trainer.best_network(), contract, champion, train.skipped + validation.skipped)


def build_network(settings: ImageClassificationHyperparameters, dataset: Dataset, opt_ml: OptMl) -> MobileNetV2:
    """A network from the `pretrained` channel's weights, or from scratch where there is none."""
    torch.manual_seed(settings.seed)
    classes = len(dataset.summary.classes)
    network = MobileNetV2(classes, settings.width_multiplier, settings.dropout_rate)
    channel = opt_ml.optional_channel(pretrained.CHANNEL)
    if channel is not None:
        pretrained.load_pretrained(network, channel)
    elif settings.train_only_top_layer:
        raise ConfigurationFault(
            "train_only_top_layer is true and there is no 'pretrained' channel: the frozen layers would be random. "
            "Fill the channel, or set it to false."
        )
    if settings.train_only_top_layer:
        network.features.requires_grad_(False)
    return network


def tracker_of(
    opt_ml: OptMl, settings: ImageClassificationHyperparameters, dataset: Dataset, processes: Processes
) -> Tracker:
    if not processes.is_main:
        return Tracker()
    parameters = {**settings.model_dump(), "dataset_version": dataset.summary.version, "processes": processes.count}
    return Tracker.create(opt_ml, experiment=dataset.summary.domain, parameters=parameters)


class Trainer:
    """The state of training: what a checkpoint holds, and the loop that moves it."""

    def __init__(
        self,
        settings: ImageClassificationHyperparameters,
        dataset: Dataset,
        network: MobileNetV2,
        train: Pictures,
        validation: Pictures,
        processes: Processes,
        opt_ml: OptMl,
        stop: StopRequest,
    ) -> None:
        self.settings = settings
        self.train = train
        self.validation = validation
        self.processes = processes
        self.checkpoints = opt_ml.checkpoints
        self.stop = stop
        self.identity = {
            **settings.model_dump(),
            "dataset_version": dataset.summary.version,
            "processes": processes.count,
        }

        device = processes.device
        # Channels last: a third faster on CPUs, and what tensor cores want on GPUs.
        self.network = network.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.parallel = DistributedDataParallel(self.network) if processes.count > 1 else self.network
        # Validation and the package use a running average of the weights: steadier than the last step's.
        self.average = AveragedModel(self.network, multi_avg_fn=move_average)
        self.best = copy.deepcopy(self.network.state_dict())
        trainable = [parameter for parameter in self.network.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.AdamW(
            trainable, settings.learning_rate, weight_decay=settings.weight_decay, fused=True
        )
        self.steps_per_epoch = math.ceil(len(train) / (settings.batch_size * processes.count))
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, self._learning_rate_factor)
        # Half precision on GPUs; the scaler keeps small gradients from vanishing in it.
        self.half_precision = device.type == "cuda"
        self.scaler = torch.amp.GradScaler(device.type, enabled=self.half_precision)
        self.class_weights = class_weights(train.labels, dataset.summary.classes).to(device)
        self.early_stopping = EarlyStopping(settings.early_stopping_patience, settings.early_stopping_min_delta)
        self.epoch = 0
        self.step = 0  # within the epoch
        self.loss_sum = 0.0  # of the epoch's steps so far
        self.history: list[dict[str, float]] = []

    def fit(self, tracker: Tracker) -> None:
        """Train to the last epoch or until early stopping, from the newest checkpoint if there is one.

        Raises:
            Interrupted: SIGTERM arrived; the checkpoint holds everything up to the last finished step.
        """
        self._resume(tracker)
        while self.epoch < self.settings.epochs and not self.early_stopping.exhausted:
            start = time.monotonic()
            self._train_epoch()
            metrics = self._finish_epoch(time.monotonic() - start)
            tracker.log(self.epoch, metrics)
            self._save()
        if self.early_stopping.exhausted:
            print(f"stopped early: {self.early_stopping.waited} epochs without a better validation loss", flush=True)

    def best_network(self) -> MobileNetV2:
        """The network with the weights of the lowest validation loss, on the CPU."""
        self.network.load_state_dict(self.best)
        return self.network.cpu().eval()

    def _train_epoch(self) -> None:
        last_line = time.monotonic()
        for pictures, labels in self._batches():
            self.loss_sum += self._take_step(pictures, labels)
            self.step += 1
            if self.processes.any(self.stop.received):
                self._save()
                raise Interrupted(f"SIGTERM in epoch {self.epoch + 1} after step {self.step}; the checkpoint holds it.")
            if self.processes.is_main and time.monotonic() - last_line > SECONDS_BETWEEN_PROGRESS_LINES:
                print(metric_line({"progress": self._progress()}), flush=True)
                last_line = time.monotonic()

    def _batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """The rest of this epoch's batches for this process: (batch, 3, size, size) in [0, 1], and labels.

        The shuffled order is repeated to fill the last batch, so that every batch of every process is full.
        """
        size, count = self.settings.batch_size, self.processes.count
        length = self.steps_per_epoch * size * count
        shuffled = np.random.default_rng((self.settings.seed, self.epoch, 0)).permutation(len(self.train))
        order = torch.from_numpy(np.resize(shuffled, length))
        draws = draw(self.settings.seed, self.epoch, length)
        for step in range(self.step, self.steps_per_epoch):
            start = (step * count + self.processes.rank) * size
            rows = order[start : start + size]
            pictures = self._to_device(self.train.pixels[rows])
            changes = draws[start : start + size].to(self.processes.device)
            yield augment(pictures, changes, AUGMENTATION), self.train.labels[rows].to(self.processes.device)

    def _take_step(self, pictures: Tensor, labels: Tensor) -> float:
        """One step of the optimizer; the batch's loss."""
        # Dropout's randomness, too, depends on the position in the run only.
        torch.manual_seed(hash((self.settings.seed, self.epoch, self.step, self.processes.rank)))
        self._train_mode()
        with torch.autocast(self.processes.device.type, torch.float16, enabled=self.half_precision):
            logits = self.parallel(normalise(pictures))
        loss = F.cross_entropy(
            logits.float(), labels, weight=self.class_weights, label_smoothing=self.settings.label_smoothing
        )
        self.optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.schedule.step()
        self.average.update_parameters(self.network)
        value = loss.item()
        if not math.isfinite(value):
            rate = self.settings.learning_rate
            raise ConfigurationFault(
                f"the loss became {value} in epoch {self.epoch + 1}; lower learning_rate ({rate})."
            )
        return value

    def _train_mode(self) -> None:
        self.parallel.train()
        if self.settings.train_only_top_layer:
            self.network.features.eval()  # frozen layers keep their batch statistics, too

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
        self.history.append({"epoch": self.epoch, **metrics})
        return metrics

    def _measure_batch_statistics(self) -> None:
        """Give the averaged weights batch statistics of their own; those of the last steps belong to other weights.

        Measured on training pictures as they are: what will be served is not augmented either.
        """
        if self.settings.train_only_top_layer:
            return  # the frozen layers keep the statistics they came with
        count = min(STATISTICS_PICTURES, len(self.train))
        rows = torch.linspace(0, len(self.train) - 1, count).long()
        batches = self.train.pixels[rows].split(EVALUATION_BATCH)
        update_bn((normalise(self._to_device(batch)) for batch in batches), self.average)

    @torch.inference_mode()
    def _validate(self) -> list[float]:
        """Loss (class-weighted, without smoothing), macro F1 and accuracy of the averaged weights."""
        network = self.average.module.eval()
        batches = self.validation.pixels.split(EVALUATION_BATCH)
        logits = torch.cat([network(normalise(self._to_device(batch))).float().cpu() for batch in batches])
        labels, answers = self.validation.labels, logits.argmax(dim=1)
        loss = F.cross_entropy(logits, labels, weight=self.class_weights.cpu())
        macro_f1 = f1_score(labels, answers, average="macro", zero_division=0)
        return [loss.item(), float(macro_f1), (labels == answers).float().mean().item()]

    def _to_device(self, pixels: Tensor) -> Tensor:
        """From uint8 (batch, size, size, 3) to float32 (batch, 3, size, size) in [0, 1]."""
        return pixels.to(self.processes.device).permute(0, 3, 1, 2).float() / 255

    def _learning_rate_factor(self, step: int) -> float:
        """Linear warm-up, then half a cosine to zero at the last step."""
        total = self.settings.epochs * self.steps_per_epoch
        warm_up = max(1, round(WARM_UP_FRACTION * total))
        if step < warm_up:
            return (step + 1) / warm_up
        return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - warm_up) / max(1, total - warm_up))))

    def _progress(self) -> float:
        """Share of the planned steps that are done, from 0 to 1."""
        return (self.epoch + self.step / self.steps_per_epoch) / self.settings.epochs

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
        save_checkpoint(self.checkpoints, self.epoch, self.step, state)

    def _resume(self, tracker: Tracker) -> None:
        state = load_checkpoint(self.checkpoints, self.identity)
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
        print(f"resumed in epoch {self.epoch + 1} at step {self.step}", flush=True)
        for line in self.history:  # the new process's tracking starts empty
            tracker.log(int(line["epoch"]), {name: value for name, value in line.items() if name != "epoch"})


if __name__ == "__main__":
    sys.exit(main())
