"""The packaged classifier's answers to held-out pictures, and those a release must repeat."""

from collections.abc import Iterator, Sequence

from inference.contracts import GoldenRequest, Item, Split
from inference.contracts.tasks.image_classification import ClassPrediction
from inference.image_classification.input import ImageInput
from inference.predictor import Predictor
from training_containers.image_classification.data import Dataset
from training_containers.image_classification.golden import AnsweredPicture, answer_pictures, golden_pictures

GOLDEN_PER_CLASS = 2

Answered = AnsweredPicture[Item, ClassPrediction]


def answers_to(predictor: Predictor, dataset: Dataset, split: Split) -> Iterator[Answered]:
    """The answers to a split's pictures; one that cannot be read is left out."""
    return answer_pictures(predictor, dataset, split, ClassPrediction)


def golden_requests(
    predictor: Predictor, dataset: Dataset, test: Sequence[Answered], contract: ImageInput
) -> list[GoldenRequest]:
    """Of the most confidently right test pictures of each class."""
    surest = sorted(test, key=lambda one: (one.answer.label != one.item.label, -one.answer.confidence))
    return golden_pictures(predictor, dataset, surest, GOLDEN_PER_CLASS, contract)
