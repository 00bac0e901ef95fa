"""What makes `cats` itself."""

from collections.abc import Sequence

from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.endpoint_release.models import RolloutSpec
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec
from lambdas.model_gate.models import GateSpec
from lambdas.review.models import ReviewSpec
from stacks.pipeline.definition import DomainDefinition, Training, at_most, minutes, surely_at_least
from stacks.pipeline.picture_training import picture_options
from stacks.pipeline.pretrained import PretrainedWeights

SEVEN_CLASSES = ("Boots", "Chi", "Kappa", "Mu", "Tau", "Wolf", "NoCat")
_AT_MOST = {"NoCat": 200}
"""The camera sees far more empty gardens than cats."""
_MORE_OFTEN_THAN_NOT = 0.5
"""Shown by 6 right answers to 6 test pictures of a class, or by 14 to 18."""
_MARGIN = 0.05
"""Two and a half standard errors of the difference between equally good models on some 125 test pictures."""


def cats(
    classes: Sequence[str] = SEVEN_CLASSES,
    pretrained: PretrainedWeights | None = None,
    review: ReviewSpec | None = None,
) -> DomainDefinition:
    """The domain for these cats. A class named NoCat, if there is one, keeps its limit."""
    return DomainDefinition(
        name="cats",
        task="image_classification",
        data=LabelledImages(
            prefix="catcam-training/",
            classes=tuple(classes),
            at_most={name: limit for name, limit in _AT_MOST.items() if name in classes},
        ),
        training=Training(
            container="image_classification",
            instance="ml.m5.xlarge",
            or_instances=("ml.m5.2xlarge", "ml.m5.4xlarge"),
            spot=True,
            cost_limit_usd=10,
            pretrained=pretrained,
            options=picture_options(),
            metrics=("progress", "train_loss", "val_loss", "val_accuracy", "val_macro_f1"),
        ),
        gate=GateSpec(
            requirements=(
                surely_at_least("macro_f1", 0.80),
                surely_at_least("min_recall", _MORE_OFTEN_THAN_NOT),
                at_most("p95_ms", 50),
                at_most("size_mb", 100),
            ),
            beats_dummy_on="macro_f1",
            not_worse_than_champion_on="macro_f1",
            champion_tolerance=_MARGIN,
        ),
        target=ServerlessSpec(memory_mb=2048, max_concurrency=5),
        rollout=RolloutSpec(steps=(10, 50, 100), bake_s=minutes(15)),
        review=review,
    )


CATS = cats()
