"""Image classification: the bytes of one picture in, or where they are in S3; a class and every class's score out."""

from pydantic import Field

from inference.contracts.base import Contract
from inference.contracts.reviews import Answered
from inference.contracts.tasks.base import Answer
from inference.contracts.tasks.labelled import LabelledAnswers
from inference.contracts.tasks.pictures import AsksAboutAPicture


class ClassPrediction(Contract):
    """The likeliest class and every class's probability (they sum to one)."""

    label: str
    confidence: float = Field(ge=0, le=1)
    scores: dict[str, float]
    features: dict[str, float] = Field(default={}, description="of the input, for the capture; callers do not get them")


class ImageClassification(AsksAboutAPicture, LabelledAnswers):
    """An answer is a `ClassPrediction`."""

    name = "image_classification"
    predictor = "inference.image_classification.predictor"

    def answered(self, answer: Answer) -> Answered | None:
        return Answered(label=answer["label"])

    def uncertainty(self, answer: Answer) -> float:
        """One less the margin between the two likeliest classes."""
        best, second, *_ = *sorted(answer["scores"].values(), reverse=True), 0.0, 0.0
        return min(1.0, max(0.0, 1 - (best - second)))
