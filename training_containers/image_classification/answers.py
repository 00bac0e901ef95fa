"""The packaged model's answers to held-out pictures, through the serving code, and those a release must repeat."""

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image

from inference.contracts import ClassPrediction, GoldenRequest, Item, Split
from inference.errors import BadRequest
from inference.image_input import ImageInput, decode, to_input
from inference.predictor import Predictor
from training_containers.image_classification.data import Dataset
from training_containers.packaging import golden_request

CONTENT_TYPE = "application/x-image"
GOLDEN_PER_CLASS = 2


@dataclass(frozen=True)
class Answered:
    """A held-out picture with the model's answer to its bytes."""

    item: Item
    size_bytes: int
    answer: ClassPrediction


def answers_to(predictor: Predictor, dataset: Dataset, split: Split) -> Iterator[Answered]:
    """The answers to a split's pictures; one that cannot be read is left out."""
    for item in dataset.of(split):
        try:
            body = (dataset.images / item.path).read_bytes()
            answer = ClassPrediction.model_validate(predictor.predict(body, CONTENT_TYPE))
        except (OSError, BadRequest):
            continue
        yield Answered(item, len(body), answer)


def golden_requests(
    predictor: Predictor, dataset: Dataset, test: Sequence[Answered], contract: ImageInput
) -> list[GoldenRequest]:
    """The most confidently right test pictures of each answered class, scaled down so that the package stays small."""
    by_class: dict[str, list[Answered]] = defaultdict(list)
    for answered in sorted(test, key=lambda a: (a.answer.label != a.item.label, -a.answer.confidence)):
        by_class[answered.item.label].append(answered)
    chosen = [answered for label in sorted(by_class) for answered in by_class[label][:GOLDEN_PER_CLASS]]
    requests = []
    for answered in chosen:
        picture = decode((dataset.images / answered.item.path).read_bytes(), contract.size)
        stream = io.BytesIO()
        Image.fromarray(to_input(picture, contract)).save(stream, format="PNG")
        answer = ClassPrediction.model_validate(predictor.predict(stream.getvalue(), CONTENT_TYPE))
        requests.append(golden_request(stream.getvalue(), CONTENT_TYPE, answer.label, answer.scores))
    return requests
