"""`CatRecognition(self, "Cats")` in any stack."""

from collections.abc import Sequence
from typing import Unpack

from constructs import Construct

from lambdas.review.models import ReviewSpec
from stacks.domains.cats.definition import SEVEN_CLASSES, cats
from stacks.pipeline.ml_domain import DomainOptions, MlDomain
from stacks.pipeline.pretrained import PRETRAINED, PretrainedWeights
from stacks.shared.context_option import ContextOption


def _classes(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


def _review(text: str) -> ReviewSpec:
    return ReviewSpec.model_validate_json(text)


class CatRecognition(MlDomain):
    """Pictures below `catcam-training/` in `bucket`, labels in `table` (key `imageName`); made if not given.

    `pretrained`: start from other weights than the training image's own. `review`: people review what was answered.
    """

    context_options = (
        *MlDomain.context_options,
        ContextOption(argument="classes", words={"classes": "text"}, make=_classes),
        PRETRAINED,
        ContextOption(argument="review", words={"review": "text"}, make=_review),
    )

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        classes: Sequence[str] = SEVEN_CLASSES,
        pretrained: PretrainedWeights | None = None,
        review: ReviewSpec | None = None,
        **options: Unpack[DomainOptions],
    ) -> None:
        super().__init__(scope, construct_id, definition=cats(classes, pretrained, review), **options)
