"""The packaged model's answers to held-out pictures, through the serving code, and those a release must repeat."""

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image

from inference.contracts import GoldenRequest, Split
from inference.contracts.boxes_item import BoxedItem
from inference.contracts.tasks.object_detection import Detections
from inference.errors import BadRequest
from inference.image_classification.input import ImageInput, decode, to_input
from inference.predictor import Predictor
from training_containers.object_detection.data import Dataset
from training_containers.packaging import golden_request

CONTENT_TYPE = "application/x-image"
GOLDEN_PER_LABEL = 3
LARGEST_ORIGINAL = 512 * 1024
ORIGINALS_TOGETHER = 12 * 1024 * 1024
"""Bytes of one original, and of all: a release reads 32 MiB of golden requests, and base64 takes a third more."""
SCALED_TOLERANCE, ORIGINAL_TOLERANCE = 0.02, 0.05
"""Of a score. JPEG decoders may differ by a grey level or two, and what is made of their pictures does too."""


@dataclass(frozen=True)
class Answered:
    """A held-out picture with the model's answer to its bytes."""

    item: BoxedItem
    answer: Detections


def answers_to(predictor: Predictor, dataset: Dataset, split: Split) -> Iterator[Answered]:
    """The answers to a split's pictures; one that cannot be read is left out."""
    for item in dataset.of(split):
        try:
            body = (dataset.images / item.path).read_bytes()
            answer = Detections.model_validate(predictor.predict(body, CONTENT_TYPE))
        except (OSError, BadRequest):
            continue
        yield Answered(item, answer)


def golden_requests(
    predictor: Predictor, dataset: Dataset, test: Sequence[Answered], contract: ImageInput
) -> list[GoldenRequest]:
    """Test pictures of each label whose answer is plainest: as they came, and one also scaled down as PNG.

    Original bytes show that the endpoint decodes as training did; those of more than `LARGEST_ORIGINAL` bytes are left
    out, and those beyond `ORIGINALS_TOGETHER`, so that the package stays small. A PNG is decoded alike everywhere.
    """
    by_label: dict[str, list[Answered]] = defaultdict(list)
    for one in sorted(test, key=_doubt):
        by_label[one.item.label].append(one)
    requests, left = [], ORIGINALS_TOGETHER
    for label in sorted(by_label):
        for number, one in enumerate(by_label[label][:GOLDEN_PER_LABEL]):
            body = (dataset.images / one.item.path).read_bytes()
            if len(body) <= min(LARGEST_ORIGINAL, left):
                left -= len(body)
                requests.append(_golden(predictor, body, ORIGINAL_TOLERANCE))
            if number == 0:
                requests.append(_golden(predictor, _scaled_down(body, contract), SCALED_TOLERANCE))
    return requests


def _doubt(one: Answered) -> tuple[bool, float]:
    """Wrong labels last; then how near to the threshold the nearest box is."""
    limit = one.answer.threshold
    return one.answer.label != one.item.label, -min((abs(box.score - limit) for box in one.answer.boxes), default=1.0)


def _scaled_down(body: bytes, contract: ImageInput) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(to_input(decode(body, contract.size), contract)).save(stream, format="PNG")
    return stream.getvalue()


def _golden(predictor: Predictor, body: bytes, tolerance: float) -> GoldenRequest:
    return golden_request(body, CONTENT_TYPE, predictor.predict(body, CONTENT_TYPE), tolerance)
