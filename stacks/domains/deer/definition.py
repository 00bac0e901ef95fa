"""What makes `deer` itself."""

from collections.abc import Sequence
from dataclasses import replace

from lambdas.data_prep.boxes.spec import Boxes
from lambdas.endpoint_release.models import RolloutSpec
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec
from lambdas.model_gate.models import GateSpec
from lambdas.retraining_trigger.models import RetrainingSpec
from lambdas.review.models import ReviewSpec
from stacks.domains.deer.devices import on_devices
from stacks.pipeline.definition import DomainDefinition, Training, at_most, minutes, surely_at_least, surely_at_most
from stacks.pipeline.pretrained import PretrainedWeights
from stacks.pipeline.training_options import Offer, options_of
from training_containers.object_detection.config import ObjectDetectionHyperparameters

CLASSES = ("deer",)
SPLIT_RATIO = "0.7,0.15,0.15"
REVIEW = ReviewSpec()
"""A camera trap takes few pictures: each answer is kept."""
RETRAINING = RetrainingSpec(new_reviews=200, false_positive_share=0.5, least_reviews=50, on_drift=True)
_MARGIN = 0.05
"""Three standard errors of the difference in AP between equally good models on 220 test pictures of twelve cameras."""

_DIFFERENT = 0.6
"""Of pictures, in which two trainings tell of other boxes: a quarter or more where they are equally good, since boxes
near the threshold come and go, and still more where reviews have mended something. The gate tells which is better."""

OPTIONS = options_of(
    ObjectDetectionHyperparameters,
    "architecture",
    "image_size",
    "false_positives_per_empty",
    "seed",
    frozen_epochs=Offer(maximum=500),
    frozen_views=Offer(),
    frozen_learning_rate=Offer(minimum=1e-7),
    epochs=Offer(maximum=500),
    learning_rate=Offer(minimum=1e-7),
    batch_size=Offer(minimum=2, maximum=256),
    early_stopping_patience=Offer(name="patience", maximum=500),
)


def deer(
    classes: Sequence[str] = CLASSES,
    *,
    split_ratio: str = SPLIT_RATIO,
    review: ReviewSpec = REVIEW,
    retraining: RetrainingSpec = RETRAINING,
    pretrained: PretrainedWeights | None = None,
    devices: bool = False,
) -> DomainDefinition:
    """The domain for these animals. `review`: which answers people review; `retraining`: when that starts a run.

    `devices`: releases run on cameras too.
    """
    definition = DomainDefinition(
        name="deer",
        task="object_detection",
        data=Boxes(
            prefix="deer/",
            classes=tuple(classes),
            split_ratio=split_ratio,
            least_empties=0,  # without empty pictures there is a model to look at, which the gate then refuses
        ),
        training=Training(
            container="object_detection",
            instance="ml.m5.xlarge",
            or_instances=("ml.m5.2xlarge", "ml.m5.4xlarge"),
            spot=True,
            cost_limit_usd=10,
            pretrained=pretrained,
            options=OPTIONS,
            metrics=("progress", "train_loss", "val_loss", "val_ap", "val_ap50"),
        ),
        gate=GateSpec(
            requirements=(
                surely_at_least("ap50", 0.5),
                surely_at_most("false_positives_per_empty", 0.3),
                at_most("p95_ms", 100),
                at_most("size_mb", 100),
            ),
            beats_dummy_on="ap50",
            not_worse_than_champion_on="ap",
            champion_tolerance=_MARGIN,
        ),
        target=ServerlessSpec(memory_mb=2048, max_concurrency=5),
        rollout=RolloutSpec(steps=(10, 50, 100), bake_s=minutes(15), max_disagreement=_DIFFERENT),
        review=review,
    )
    # Last, since its runs may have options that only devices bring.
    return replace(on_devices(definition) if devices else definition, retraining=retraining)


DEER = deer()
