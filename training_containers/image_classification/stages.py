"""The stages of a run: the last layer on frozen features, then all layers. Which there are follows from the options."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import nn

from training_containers.image_classification.config import ImageClassificationHyperparameters
from training_containers.image_classification.data import Pictures
from training_containers.image_classification.network import PictureNetwork
from training_containers.image_classification.samples import AugmentedPictures, FrozenFeatures, Samples


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What learns, from what, how fast and how long."""

    name: str
    module: nn.Module
    train: Samples
    validation: Samples
    epochs: int
    learning_rate: float
    label_smoothing: float
    measures_statistics: bool
    """Batch normalisation follows the pictures; otherwise it keeps the statistics that came with the weights."""
    share_before: float
    """Of the run's planned epochs, those in earlier stages."""
    share: float


def stages_of(
    settings: ImageClassificationHyperparameters,
    network: PictureNetwork,
    pretrained: bool,
    train: Pictures,
    validation: Pictures,
) -> Iterator[Stage]:
    """In order; advance only when the stage before has left its outcome in `network`.

    Args:
        pretrained: the network starts from weights; without them there is nothing worth freezing.
    """
    head = settings.frozen_epochs if pretrained else 0
    rest = 0 if settings.train_only_top_layer else settings.epochs
    if head:
        yield Stage(
            name="head",
            module=network.classifier,
            train=FrozenFeatures(network, train),
            validation=FrozenFeatures(network, validation),
            epochs=head,
            learning_rate=settings.frozen_learning_rate,
            label_smoothing=0.0,  # would only make the scores too modest: the one layer hardly overfits
            measures_statistics=False,
            share_before=0.0,
            share=head / (head + rest),
        )
    if rest:
        yield Stage(
            name="network",
            module=network,
            train=AugmentedPictures(train),
            validation=AugmentedPictures(validation),
            epochs=rest,
            learning_rate=settings.learning_rate,
            label_smoothing=settings.label_smoothing,
            measures_statistics=not pretrained,
            share_before=head / (head + rest),
            share=rest / (head + rest),
        )
