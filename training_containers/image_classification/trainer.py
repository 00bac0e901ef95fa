"""What a stage of a classifier's training takes from, loses by and is judged on."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn

from training_containers.image_classification.augment import draw
from training_containers.image_classification.data import class_weights
from training_containers.image_classification.stages import Stage
from training_containers.packaging import classification_metrics
from training_containers.torch_run.run import Run
from training_containers.torch_run.stage_trainer import StageTrainer

EVALUATION_BATCH = 64
STATISTICS_PICTURES = 256
Batch = tuple[Tensor, Tensor]
"""The module's inputs, and labels."""


class Trainer(StageTrainer[Batch]):
    """Weighs classes; the weights of the lowest validation loss are the best."""

    measures = ("val_loss", "val_macro_f1", "val_accuracy")
    better = "a better validation loss"

    def __init__(
        self,
        stage: Stage,
        run: Run,
        classes: Sequence[str],
        after: "Trainer | None" = None,
    ) -> None:
        super().__init__(stage, run, len(stage.train.labels), after)
        self.stage, self.classes = stage, classes
        self.class_weights = class_weights(stage.train.labels, classes).to(run.processes.device)

    def draws(self, epoch: int, count: int) -> Tensor:
        return draw(self.settings.seed, epoch, count)

    def batch(self, rows: Tensor, draws: Tensor) -> Batch:
        train, device = self.stage.train, self.processes.device
        return train.changed(rows, draws, device), train.labels[rows].to(device)

    def loss(self, batch: Batch) -> Tensor:
        inputs, labels = batch
        with self.autocast():
            logits = self.state.parallel(inputs)
        return F.cross_entropy(
            logits.float(), labels, weight=self.class_weights, label_smoothing=self.stage.label_smoothing
        )

    def fix_statistics(self) -> None:
        if self.stage.measures_statistics:
            return
        for module in self.state.network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()

    def measure(self) -> list[float]:
        self._measure_batch_statistics()
        return self._validate()

    def regret(self, measured: dict[str, float]) -> float:
        return measured["val_loss"]

    def _measure_batch_statistics(self) -> None:
        """Give the averaged weights batch statistics of their own; those of the last steps belong to other weights.

        Measured on training pictures as they are: what will be served is not augmented either.
        """
        if not self.stage.measures_statistics:
            return
        rows = torch.linspace(0, self.items - 1, min(STATISTICS_PICTURES, self.items)).long()
        device = self.processes.device
        update_bn((self.stage.train.plain(batch, device) for batch in rows.split(EVALUATION_BATCH)), self.state.average)

    @torch.inference_mode()
    def _validate(self) -> list[float]:
        """Loss (class-weighted, without smoothing), macro F1 and accuracy of the averaged weights."""
        network = self.state.average.module.eval()
        labels, device = self.stage.validation.labels, self.processes.device
        batches = torch.arange(len(labels)).split(EVALUATION_BATCH)
        logits = torch.cat([network(self.stage.validation.plain(rows, device)).float().cpu() for rows in batches])
        answers = logits.argmax(dim=1)
        loss = F.cross_entropy(logits, labels, weight=self.class_weights.cpu())
        truth, answered = ([self.classes[i] for i in column.tolist()] for column in (labels, answers))
        measured = classification_metrics(truth, answered, self.classes).metrics
        return [loss.item(), measured["macro_f1"], measured["accuracy"]]
