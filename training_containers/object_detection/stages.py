"""The stages of a run: the heads on what a frozen backbone sees, then all layers."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import nn

from training_containers.object_detection.config import ObjectDetectionHyperparameters
from training_containers.object_detection.data import Pictures
from training_containers.object_detection.network import Detector
from training_containers.object_detection.samples import AugmentedPictures, FrozenFeatures, Samples


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What learns, from what, how fast and how long."""

    name: str
    module: nn.Module
    keeps_statistics: nn.Module | None
    """The part whose batch normalisation keeps the statistics that came with its weights; None: no part does."""
    train: Samples
    validation: Samples
    epochs: int
    learning_rate: float
    share_before: float
    """Of the run's planned epochs, those in earlier stages."""
    share: float


def stages_of(
    settings: ObjectDetectionHyperparameters, detector: Detector, train: Pictures, validation: Pictures
) -> Iterator[Stage]:
    """In order; advance only when the stage before has left its outcome in `detector`."""
    frozen, rest = settings.frozen_epochs, settings.epochs
    if frozen:
        yield Stage(
            name="heads",
            module=detector.heads,
            keeps_statistics=None,
            train=FrozenFeatures(detector.backbone, train, settings.frozen_views, settings.seed),
            validation=FrozenFeatures(detector.backbone, validation, 1, settings.seed),
            epochs=frozen,
            learning_rate=settings.frozen_learning_rate,
            share_before=0.0,
            share=frozen / (frozen + rest),
        )
    if rest:
        yield Stage(
            name="network",
            module=detector,
            keeps_statistics=detector.backbone,
            train=AugmentedPictures(train),
            validation=AugmentedPictures(validation),
            epochs=rest,
            learning_rate=settings.learning_rate,
            share_before=frozen / (frozen + rest),
            share=rest / (frozen + rest),
        )
