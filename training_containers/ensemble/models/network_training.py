"""Trains a network on windows, in one process or several, and writes its ONNX file.

Every epoch draws a sample of its own (the whole, where it is small enough), so memory is that of `most_windows` windows
whatever the number of decisions, and more epochs see more of them. A batch is an index into the sample, which lies
normalised on the device: nothing is loaded item by item.

A step's rows, their order and their noise follow from the seed, the epoch and the step alone, and its loss is a sum
over the rows of all processes. So the number of processes, which host has which of the data, and where a run was
killed, change rounding only.
"""

import contextlib
import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from inference.contracts.zones import ZoneSignals
from training_containers.contract import ConfigurationFault, DataFault
from training_containers.ensemble.config import EnsembleHyperparameters
from training_containers.ensemble.models.drawn import Drawn, calm_windows, drawn_of
from training_containers.ensemble.models.member import Fit, Source
from training_containers.ensemble.models.network import ZoneNetwork
from training_containers.ensemble.models.network_export import export
from training_containers.torch_run.checkpoint import load_checkpoint, save_checkpoint
from training_containers.torch_run.processes import Processes

WARM_UP = 0.2
"""Share of the steps in which the learning rate rises; then it falls to zero along half a cosine."""
WEIGHT_DECAY = 1e-2

Build = Callable[[ZoneSignals, int], ZoneNetwork]


def train_network(build: Build, source: Source, fit: Fit) -> None:
    """Train from the newest checkpoint in `fit.resume`, if there is one. The main process writes; others return after.

    Raises:
        DataFault: there are no calm or, where the network needs them, no hazardous decisions.
        ConfigurationFault: the loss is not finite, or the checkpoint is another training's.
    """
    processes = Processes.join()
    torch.manual_seed(fit.seed)
    network = build(fit.signals, fit.settings.width)
    _require_decisions(source, network.calm_only)
    network.to(processes.device)
    Training(network, source, fit, processes).run()
    if processes.is_main:
        export(network, fit.onnx)
    processes.wait()


def _require_decisions(source: Source, calm_only: bool) -> None:
    calm = source.decisions - source.hazards
    if not calm or (not source.hazards and not calm_only):
        raise DataFault(
            f"{source.decisions} decisions, {source.hazards} of them hazardous, teach nothing: some of both are needed."
        )


class Objective(nn.Module):
    """The weighted loss of this process's rows, as a module, so that DDP sees the pass it has to average."""

    def __init__(self, network: ZoneNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, readings: Tensor, hazard: Tensor, weight: Tensor, noise: Tensor) -> Tensor:
        return (self.network.losses(readings, hazard, noise).float() * weight).sum()


class Training:
    """What a checkpoint holds, and the loop that moves it."""

    def __init__(self, network: ZoneNetwork, source: Source, fit: Fit, processes: Processes) -> None:
        self.network, self.source, self.fit, self.processes = network, source, fit, processes
        self.settings: EnsembleHyperparameters = fit.settings
        device = processes.device
        objective = Objective(network)
        self.objective: nn.Module = DistributedDataParallel(objective) if processes.count > 1 else objective
        self.optimizer = torch.optim.AdamW(network.parameters(), self.settings.learning_rate, weight_decay=WEIGHT_DECAY)
        mixed = self.settings.mixed_precision and device.type == "cuda"
        # Older GPUs (V100) have float16 only, whose small gradients vanish unless they are scaled.
        brain = not mixed or torch.cuda.is_bf16_supported(including_emulation=False)
        self.autocast = torch.autocast(device.type, torch.bfloat16 if brain else torch.float16, enabled=mixed)
        self.scaler = torch.amp.GradScaler(device.type, enabled=mixed and not brain)
        self.epoch = 0
        self.rows = 0
        self.identity = {
            "network": type(network).__name__,
            "seed": fit.seed,
            "decisions": source.decisions,
            "hazards": source.hazards,
            "settings": self.settings.model_dump(mode="json"),
        }

    def run(self) -> None:
        self._resume()
        drawn: Drawn | None = None
        while self.epoch < self.settings.epochs:
            if drawn is None or self._draws_anew:
                drawn = None  # the last epoch's memory goes first
                drawn = self._draw()
            self._train_epoch(drawn)
            self.epoch += 1
            self._save()

    @property
    def _draws_anew(self) -> bool:
        return self.source.decisions > self.settings.most_windows

    def _draw(self) -> Drawn:
        seed = self.fit.seed + (self.epoch if self._draws_anew else 0)
        batch = self.source.sample("windows", self.settings.most_windows, seed)
        if self.epoch == 0:  # later it is in the checkpoint
            self.network.readings.measure(calm_windows(batch, self.processes))
        return drawn_of(batch, self.network, self.processes)

    def _train_epoch(self, drawn: Drawn) -> None:
        """Every row once; the order is repeated to fill the last step."""
        size = self.settings.batch_size * self.settings.accumulate
        steps = math.ceil(len(drawn) / size)
        order = np.random.default_rng((self.fit.seed, self.epoch)).permutation(len(drawn))
        order = torch.from_numpy(np.resize(order, steps * size)).to(self.processes.device)
        self.objective.train()
        total = torch.zeros((), device=self.processes.device)
        for step in range(steps):
            total += self._take_step(drawn, order[step * size : (step + 1) * size], (self.epoch * steps + step), steps)
            self.rows += size
            self.fit.report((self.epoch + (step + 1) / steps) / self.settings.epochs, self.rows)
        if not math.isfinite(total.item()):
            raise ConfigurationFault(
                f"the loss became {total.item()} in epoch {self.epoch + 1}; lower learning_rate "
                f"({self.settings.learning_rate})."
            )

    def _take_step(self, drawn: Drawn, rows: Tensor, step: int, steps: int) -> Tensor:
        """One step of the optimizer on these rows of all processes; this process's part of the loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.settings.learning_rate * one_cycle(step / (steps * self.settings.epochs))
        noise = torch.randn(
            len(rows), self.network.noise, generator=torch.Generator().manual_seed(hash((self.fit.seed, step)))
        ).to(rows.device)
        self.optimizer.zero_grad(set_to_none=True)
        total = torch.zeros((), device=rows.device)
        passes = list(zip(rows.chunk(self.settings.accumulate), noise.chunk(self.settings.accumulate), strict=True))
        for number, (of_pass, its_noise) in enumerate(passes, start=1):
            ours, where = drawn.of_process(of_pass, self.processes)
            with contextlib.ExitStack() as stack:
                stack.enter_context(self.autocast)
                if isinstance(self.objective, DistributedDataParallel) and number < len(passes):
                    stack.enter_context(self.objective.no_sync())
                # DDP averages over the processes; the loss is a sum over them.
                scale = self.processes.count / len(rows)
                loss = self.objective(*_or_nothing(drawn, where, its_noise[ours])) * scale
                self.scaler.scale(loss).backward()
            total += loss.detach()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return total

    def _save(self) -> None:
        if self.processes.is_main:
            state = {
                "identity": self.identity,
                "network": self.network.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "scaler": self.scaler.state_dict(),
                "epoch": self.epoch,
                "rows": self.rows,
            }
            save_checkpoint(self.fit.resume, "network", self.epoch, 0, state)

    def _resume(self) -> None:
        ours = load_checkpoint(self.fit.resume, "network", self.identity) if self.processes.is_main else None
        state = self.processes.state_from_main(ours)
        if state is not None:
            self.network.load_state_dict(state["network"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.scaler.load_state_dict(state["scaler"])
            self.epoch, self.rows = state["epoch"], state["rows"]


def _or_nothing(drawn: Drawn, where: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The objective's arguments. A process that has none of a step's windows takes part in its sums all the same, with
    an empty window of no weight."""
    if len(where):
        return drawn.readings[where], drawn.hazard[where], drawn.weight[where], noise
    none = drawn.weight.new_zeros(1)
    return drawn.readings.new_zeros(1, *drawn.readings.shape[1:]), none, none, noise.new_zeros(1, noise.shape[1])


def one_cycle(share: float) -> float:
    """The learning rate's factor at this share of the steps. Smith and Topin, https://arxiv.org/abs/1708.07120."""
    if share < WARM_UP:
        return 0.05 + 0.95 * share / WARM_UP
    return 0.5 * (1 + math.cos(math.pi * (share - WARM_UP) / (1 - WARM_UP)))
