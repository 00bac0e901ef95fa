"""The packaged detector's answers to held-out pictures, and those a release must repeat."""

from collections.abc import Iterator, Sequence

from inference.contracts import GoldenRequest, Split
from inference.contracts.boxes_item import BoxedItem
from inference.contracts.tasks.object_detection import Detections
from inference.image_classification.input import ImageInput
from inference.predictor import Predictor
from training_containers.image_classification.golden import AnsweredPicture, answer_pictures, golden_pictures
from training_containers.object_detection.data import Dataset

GOLDEN_PER_LABEL = 3

Answered = AnsweredPicture[BoxedItem, Detections]


def answers_to(predictor: Predictor, dataset: Dataset, split: Split) -> Iterator[Answered]:
    """The answers to a split's pictures; one that cannot be read is left out."""
    return answer_pictures(predictor, dataset, split, Detections)


def golden_requests(
    predictor: Predictor, dataset: Dataset, test: Sequence[Answered], contract: ImageInput
) -> list[GoldenRequest]:
    """Of the test pictures of each label whose answer is plainest."""
    return golden_pictures(predictor, dataset, sorted(test, key=_doubt), GOLDEN_PER_LABEL, contract)


def _doubt(one: Answered) -> tuple[bool, float]:
    """Wrong labels last; then how near to the threshold the nearest box is."""
    limit = one.answer.threshold
    return one.answer.label != one.item.label, -min((abs(box.score - limit) for box in one.answer.boxes), default=1.0)
