"""The packaged model's answers to held-out pictures, through the serving code, and those a release must repeat."""

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image

from inference.contracts import GoldenRequest, Item, Split
from inference.contracts.tasks.image_classification import ClassPrediction
from inference.errors import BadRequest
from inference.image_classification.input import ImageInput, decode, to_input
from inference.predictor import Predictor
from training_containers.image_classification.data import Dataset
from training_containers.packaging import golden_request

CONTENT_TYPE = "application/x-image"
GOLDEN_PER_CLASS = 2
LARGEST_ORIGINAL = 512 * 1024
ORIGINALS_TOGETHER = 12 * 1024 * 1024
"""Bytes of one original, and of all: a release reads 32 MiB of golden requests, and base64 takes a third more."""
SCALED_TOLERANCE, ORIGINAL_TOLERANCE = 0.02, 0.05
"""Of a score. JPEG decoders may differ by a grey level or two, and what is made of their pictures does too."""


@dataclass(frozen=True)
class Answered:
    """A held-out picture with the model's answer to its bytes."""

    item: Item
    answer: ClassPrediction


def answers_to(predictor: Predictor, dataset: Dataset, split: Split) -> Iterator[Answered]:
    """The answers to a split's pictures; one that cannot be read is left out."""
    for item in dataset.of(split):
        try:
            body = (dataset.images / item.path).read_bytes()
            answer = ClassPrediction.model_validate(predictor.predict(body, CONTENT_TYPE))
        except (OSError, BadRequest):
            continue
        yield Answered(item, answer)


def golden_requests(
    predictor: Predictor, dataset: Dataset, test: Sequence[Answered], contract: ImageInput
) -> list[GoldenRequest]:
    """The most confidently right test pictures of each class: as they came, and the surest also scaled down as PNG.

    Original bytes show that the endpoint decodes as training did; those of more than `LARGEST_ORIGINAL` bytes are left
    out, and those beyond `ORIGINALS_TOGETHER`, so that the package stays small. A PNG is decoded alike everywhere.
    """
    by_class: dict[str, list[Answered]] = defaultdict(list)
    for answered in sorted(test, key=lambda a: (a.answer.label != a.item.label, -a.answer.confidence)):
        by_class[answered.item.label].append(answered)
    chosen = [answered for label in sorted(by_class) for answered in by_class[label][:GOLDEN_PER_CLASS]]
    requests, left = [], ORIGINALS_TOGETHER
    for answered in chosen:
        body = (dataset.images / answered.item.path).read_bytes()
        if len(body) <= min(LARGEST_ORIGINAL, left):
            left -= len(body)
            requests.append(_golden(predictor, body, ORIGINAL_TOLERANCE))
        if answered is by_class[answered.item.label][0]:
            requests.append(_golden(predictor, _scaled_down(body, contract), SCALED_TOLERANCE))
    return requests


def _scaled_down(body: bytes, contract: ImageInput) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(to_input(decode(body, contract.size), contract)).save(stream, format="PNG")
    return stream.getvalue()


def _golden(predictor: Predictor, body: bytes, tolerance: float) -> GoldenRequest:
    return golden_request(body, CONTENT_TYPE, predictor.predict(body, CONTENT_TYPE), tolerance)
