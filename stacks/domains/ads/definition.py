"""What makes `ads` itself."""

import re

from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.endpoint_release.models import RolloutSpec
from lambdas.endpoint_release.targets.devices.spec import DevicesSpec
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec
from lambdas.endpoint_release.targets.several.spec import SeveralSpec
from lambdas.model_gate.models import GateSpec
from lambdas.review.models import ReviewSpec
from stacks.pipeline.definition import (
    LONGEST_NAME,
    DomainDefinition,
    Training,
    at_least,
    at_most,
    minutes,
    surely_at_least,
)
from stacks.pipeline.picture_training import picture_options
from stacks.pipeline.pretrained import PretrainedWeights
from stacks.pipeline.training_options import Offer

NAME, BASE = "ads", "base"
VARIANTS = (BASE, "sports", "news")
"""Those that ship. What is on differs from one to another, and with it what an advertisement has to be told from."""
CLASSES = ("ad", "content")
SPLIT_RATIO = "0.7,0.15,0.15"
ENOUGH_FRAMES = 1000
BALANCED = (0.4, 0.6)
REVIEW = ReviewSpec(share=0.0)
"""People label frames of recordings. What the model answered is reviewed where a share is asked for."""
_MARGIN = 0.05
"""Some two standard errors of the difference between equally good models on 40 test recordings."""
_DEVICES_TO_TELL = 30
"""Without a fault among so many, one device in ten at most has one."""
_REQUESTS_TO_TELL = 20
"""Few ask the endpoint where devices answer for themselves."""
_BAKES = 12
"""Devices look about every quarter of an hour and may be switched off: a step waits three hours to hear of enough."""


def ads(
    variant: str = BASE,
    *,
    split_ratio: str = SPLIT_RATIO,
    max_frames: int | None = None,
    pretrained: PretrainedWeights | None = None,
    review: ReviewSpec = REVIEW,
) -> DomainDefinition:
    """The domain of a variant: its own data, models and devices. `max_frames`: most of them that a version takes.

    `review`: which answers people review beside frames, and how many people look at each.

    Raises ValueError for a variant whose name could not be part of the domain's.
    """
    longest = LONGEST_NAME - len(NAME)
    if re.fullmatch(rf"[a-z0-9]{{1,{longest}}}", variant) is None:
        raise ValueError(
            f"variant is {variant!r}; {', '.join(VARIANTS)} ship, and one of your own has 1 to {longest} lower-case "
            "letters and digits"
        )
    return DomainDefinition(
        name=NAME if variant == BASE else f"{NAME}{variant}",
        task="image_classification",
        data=LabelledImages(
            prefix=f"{NAME}/{variant}/",
            classes=CLASSES,
            max_frames=max_frames,
            split_ratio=split_ratio,
            calibration=0.1,
            group_columns=("recording",),
            enough_pictures=ENOUGH_FRAMES,
            balanced=BALANCED,
        ),
        training=Training(
            container="image_classification",
            instance="ml.m5.xlarge",
            or_instances=("ml.m5.2xlarge", "ml.m5.4xlarge"),
            spot=True,
            cost_limit_usd=10,
            pretrained=pretrained,
            options=picture_options(edge_export=Offer(default="measured"), edge_slow_ms=Offer(minimum=1)),
            metrics=("progress", "train_loss", "val_loss", "val_accuracy", "val_macro_f1"),
        ),
        gate=GateSpec(
            requirements=(
                at_least("edge_accuracy", 0.90),
                surely_at_least("edge_accuracy", 0.85),
                surely_at_least("edge_f1", 0.85),
                at_most("edge_p95_ms", 100),
                at_most("edge_size_mb", 20),
                at_most("size_mb", 100),
            ),
            beats_dummy_on="macro_f1",
            not_worse_than_champion_on="macro_f1",
            champion_tolerance=_MARGIN,
        ),
        target=SeveralSpec(
            targets=(ServerlessSpec(memory_mb=2048, max_concurrency=5), DevicesSpec(minimum_devices=_DEVICES_TO_TELL))
        ),
        rollout=RolloutSpec(
            steps=(10, 50, 100), bake_s=minutes(15), max_bakes=_BAKES, minimum_requests=_REQUESTS_TO_TELL
        ),
        review=review,
    )


ADS = ads()
