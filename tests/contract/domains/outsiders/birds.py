"""Which bird is at the feeder? A third set of pictures, with labels in columns of its own."""

from typing import Unpack

from constructs import Construct

from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.endpoint_release.models import RolloutSpec
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec
from lambdas.model_gate.models import GateSpec
from stacks.pipeline.definition import DomainDefinition, Training, at_most, minutes, surely_at_least
from stacks.pipeline.ml_domain import DomainOptions, MlDomain
from stacks.pipeline.training_options import options_of
from training_containers.image_classification.config import ImageClassificationHyperparameters

BIRDS = DomainDefinition(
    name="birds",
    task="image_classification",
    data=LabelledImages(
        prefix="feeder/pictures/",
        classes=("Robin", "Tit", "NoBird"),
        at_most={"NoBird": 200},
        name_column="photo",
        label_column="species",
        review_column="checkedSpecies",
    ),
    training=Training(
        container="image_classification",
        instance="ml.m5.xlarge",
        cost_limit_usd=5,
        options=options_of(ImageClassificationHyperparameters, "image_size", "seed"),
        metrics=("progress", "val_loss", "val_macro_f1"),
    ),
    gate=GateSpec(
        requirements=(surely_at_least("macro_f1", 0.8), at_most("p95_ms", 50), at_most("size_mb", 100)),
        beats_dummy_on="macro_f1",
        not_worse_than_champion_on="macro_f1",
        champion_tolerance=0.05,
    ),
    target=ServerlessSpec(memory_mb=1024, max_concurrency=2),
    rollout=RolloutSpec(steps=(50, 100), bake_s=minutes(15)),
)


class BirdWatch(MlDomain):
    def __init__(self, scope: Construct, construct_id: str, **options: Unpack[DomainOptions]) -> None:
        super().__init__(scope, construct_id, definition=BIRDS, **options)
