"""What domains offer whoever trains a classifier of pictures."""

from lambdas.training_trigger.spec import Option
from stacks.pipeline.training_options import Offer, options_of
from training_containers.image_classification.config import ImageClassificationHyperparameters


def picture_options(**more: Offer) -> tuple[Option, ...]:
    """Of the container `image_classification`, and `more` of its hyperparameters."""
    return options_of(
        ImageClassificationHyperparameters,
        "architecture",
        "train_only_top_layer",
        "image_size",
        "width_multiplier",
        "seed",
        frozen_epochs=Offer(maximum=500),
        frozen_learning_rate=Offer(minimum=1e-7),
        epochs=Offer(maximum=500),
        learning_rate=Offer(minimum=1e-7),
        batch_size=Offer(minimum=2, maximum=512),
        dropout_rate=Offer(maximum=0.9),
        label_smoothing=Offer(maximum=0.5),
        early_stopping_patience=Offer(name="patience", maximum=500),
        **more,
    )
