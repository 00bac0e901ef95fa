"""What a stage of a detector's training takes from, loses by and is judged on."""

from torch import Tensor, nn

from training_containers.object_detection.augment import draw
from training_containers.object_detection.loss import detection_loss
from training_containers.object_detection.samples import Batch
from training_containers.object_detection.stages import Stage
from training_containers.object_detection.validation import Validation
from training_containers.torch_run.run import Run
from training_containers.torch_run.stage_trainer import StageTrainer


class Trainer(StageTrainer[Batch]):
    """The weights of the highest validation AP are the best."""

    measures = ("val_loss", "val_ap", "val_ap50")
    better = "a better validation AP"
    largest_gradient = 10.0
    averages_buffers = True

    def __init__(
        self,
        stage: Stage,
        run: Run,
        validation: Validation,
        after: "Trainer | None" = None,
    ) -> None:
        super().__init__(stage, run, len(stage.train), after)
        self.stage, self.validation = stage, validation
        self.anchors = validation.anchors.to(run.processes.device)

    def draws(self, epoch: int, count: int) -> Tensor:
        return draw(self.settings.seed, epoch, count)

    def batch(self, rows: Tensor, draws: Tensor) -> Batch:
        return self.stage.train.batch(rows, self.processes.device, draws)

    def loss(self, batch: Batch) -> Tensor:
        with self.autocast():
            logits, deltas = self.state.parallel(*batch.inputs)
        return detection_loss(logits.float(), deltas.float(), batch.targets, self.anchors)

    def fix_statistics(self) -> None:
        for module in [] if self.stage.keeps_statistics is None else self.stage.keeps_statistics.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()

    def measure(self) -> list[float]:
        return list(self.validation.measure(self.state.average.module, self.stage.validation, self.processes.device))

    def regret(self, measured: dict[str, float]) -> float:
        return 1 - measured["val_ap"]
