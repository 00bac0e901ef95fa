"""`AdDetection(self, "Ads")` in any stack; `AdDetection(self, "Sports", variant="sports")` beside it."""

from typing import Unpack

from constructs import Construct

from lambdas.review.models import ReviewSpec
from stacks.domains.ads.definition import BASE, REVIEW, SPLIT_RATIO, ads
from stacks.pipeline.ml_domain import DomainOptions, MlDomain
from stacks.pipeline.pretrained import PRETRAINED, PretrainedWeights
from stacks.shared.context_option import ContextOption


def _frames(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(f"{text!r} is no number of frames; say for example 5000")
    return int(text)


def _review(text: str) -> ReviewSpec:
    return ReviewSpec.model_validate_json(text)


class AdDetection(MlDomain):
    """Frames below `ads/<variant>/` in `bucket`, labels in `table` (key `imageName`); made if not given.

    `variant`: base, sports, news, or one of your own; each is a domain, `ads` or `ads<variant>`. `split_ratio`: shares
    of training, validation and test. `max_frames`: most that a dataset version takes. `pretrained`: start from other
    weights than the training image's own. `review`: which answers people review, and how many people label a frame.
    """

    context_options = (
        *MlDomain.context_options,
        ContextOption(argument="variant", words={"variant": "object"}, make=str),
        ContextOption(argument="split_ratio", words={"splitRatio": "object"}, make=str),
        ContextOption(argument="max_frames", words={"maxFrames": "text"}, make=_frames),
        PRETRAINED,
        ContextOption(argument="review", words={"review": "text"}, make=_review),
    )

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        variant: str = BASE,
        split_ratio: str = SPLIT_RATIO,
        max_frames: int | None = None,
        pretrained: PretrainedWeights | None = None,
        review: ReviewSpec = REVIEW,
        **options: Unpack[DomainOptions],
    ) -> None:
        definition = ads(variant, split_ratio=split_ratio, max_frames=max_frames, pretrained=pretrained, review=review)
        super().__init__(scope, construct_id, definition=definition, **options)
