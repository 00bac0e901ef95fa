"""`DeerDetection(self, "Deer")` in any stack."""

from collections.abc import Sequence
from typing import Unpack

from constructs import Construct

from lambdas.retraining_trigger.models import RetrainingSpec
from lambdas.review.models import ReviewSpec
from stacks.domains.deer.definition import CLASSES, RETRAINING, REVIEW, SPLIT_RATIO, deer
from stacks.pipeline.ml_domain import DomainOptions, MlDomain
from stacks.pipeline.pretrained import PRETRAINED, PretrainedWeights
from stacks.shared.context_option import ContextOption


def _classes(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


def _review(text: str) -> ReviewSpec:
    return ReviewSpec.model_validate_json(text)


def _retraining(text: str) -> RetrainingSpec:
    return RetrainingSpec.model_validate_json(text)


def _devices(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"{text!r} is neither true nor false")
    return text == "true"


class DeerDetection(MlDomain):
    """Pictures below `deer/` in `bucket`, boxes in `table` (key `imageName`); made if not given.

    `classes`: other animals. `split_ratio`: shares of training, validation and test. `review`: which answers people
    review; `retraining`: when that starts a run, and with which options. `pretrained`: start from other weights than
    the training image's own. `devices`: releases run on cameras too, as files that training exports for them.
    """

    context_options = (
        *MlDomain.context_options,
        ContextOption(argument="classes", words={"classes": "text"}, make=_classes),
        ContextOption(argument="split_ratio", words={"splitRatio": "object"}, make=str),
        ContextOption(argument="review", words={"review": "text"}, make=_review),
        ContextOption(argument="retraining", words={"retraining": "text"}, make=_retraining),
        ContextOption(argument="devices", words={"devices": "text"}, make=_devices),
        PRETRAINED,
    )

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        classes: Sequence[str] = CLASSES,
        split_ratio: str = SPLIT_RATIO,
        review: ReviewSpec = REVIEW,
        retraining: RetrainingSpec = RETRAINING,
        pretrained: PretrainedWeights | None = None,
        devices: bool = False,
        **options: Unpack[DomainOptions],
    ) -> None:
        definition = deer(
            classes,
            split_ratio=split_ratio,
            review=review,
            retraining=retraining,
            pretrained=pretrained,
            devices=devices,
        )
        super().__init__(scope, construct_id, definition=definition, **options)
