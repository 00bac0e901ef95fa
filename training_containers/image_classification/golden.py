"""The packaged model's answers to held-out pictures, through the serving code, and those a release must repeat."""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from PIL import Image
from pydantic import BaseModel

from inference.contracts import GoldenRequest, Split
from inference.errors import BadRequest
from inference.image_classification.input import ImageInput, decode, to_input
from inference.predictor import Predictor
from training_containers.image_classification.pictures import LabelledT, PictureDataset
from training_containers.packaging import golden_request

CONTENT_TYPE = "application/x-image"
LARGEST_ORIGINAL = 512 * 1024
ORIGINALS_TOGETHER = 12 * 1024 * 1024
"""Bytes of one original, and of all: a release reads 32 MiB of golden requests, and base64 takes a third more."""
SCALED_TOLERANCE, ORIGINAL_TOLERANCE = 0.02, 0.05
"""Of a score. JPEG decoders may differ by a grey level or two, and what is made of their pictures does too."""

AnswerT = TypeVar("AnswerT", bound=BaseModel)


@dataclass(frozen=True)
class AnsweredPicture(Generic[LabelledT, AnswerT]):
    """A held-out picture with the model's answer to its bytes."""

    item: LabelledT
    answer: AnswerT


def answer_pictures(
    predictor: Predictor, dataset: PictureDataset[LabelledT], split: Split, kind: type[AnswerT]
) -> Iterator[AnsweredPicture[LabelledT, AnswerT]]:
    """The answers, of the task's kind, to a split's pictures; one that cannot be read is left out."""
    for item in dataset.of(split):
        try:
            body = (dataset.images / item.path).read_bytes()
            answer = kind.model_validate(predictor.predict(body, CONTENT_TYPE))
        except (OSError, BadRequest):
            continue
        yield AnsweredPicture(item, answer)


def golden_pictures(
    predictor: Predictor,
    dataset: PictureDataset[LabelledT],
    plainest_first: Iterable[AnsweredPicture[LabelledT, AnswerT]],
    per_label: int,
    contract: ImageInput,
) -> list[GoldenRequest]:
    """The plainest pictures of each label: as they came, and the first of them also scaled down as PNG.

    Original bytes show that the endpoint decodes as training did; those of more than `LARGEST_ORIGINAL` bytes are left
    out, and those beyond `ORIGINALS_TOGETHER`, so that the package stays small. A PNG is decoded alike everywhere.
    """
    by_label: dict[str, list[LabelledT]] = defaultdict(list)
    for one in plainest_first:
        by_label[one.item.label].append(one.item)
    requests, left = [], ORIGINALS_TOGETHER
    for label in sorted(by_label):
        for number, item in enumerate(by_label[label][:per_label]):
            body = (dataset.images / item.path).read_bytes()
            if len(body) <= min(LARGEST_ORIGINAL, left):
                left -= len(body)
                requests.append(_golden(predictor, body, ORIGINAL_TOLERANCE))
            if number == 0:
                requests.append(_golden(predictor, _scaled_down(body, contract), SCALED_TOLERANCE))
    return requests


def _scaled_down(body: bytes, contract: ImageInput) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(to_input(decode(body, contract.size), contract)).save(stream, format="PNG")
    return stream.getvalue()


def _golden(predictor: Predictor, body: bytes, tolerance: float) -> GoldenRequest:
    return golden_request(body, CONTENT_TYPE, predictor.predict(body, CONTENT_TYPE), tolerance)
