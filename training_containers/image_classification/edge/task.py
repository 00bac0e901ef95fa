"""What of an edge model depends on its task."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Generic, Protocol

from inference.contracts import GoldenRequest, Interval
from inference.image_classification.input import ImageInput
from inference.predictor import Predictor
from training_containers.image_classification.golden import AnsweredPicture, AnswerT
from training_containers.image_classification.pictures import LabelledT, PictureDataset

Answers = Sequence[AnsweredPicture[LabelledT, AnswerT]]


class EdgePredictor(Predictor, Protocol):
    """A TensorFlow Lite file that answers as a device with it does."""

    @property
    def thresholds(self) -> Mapping[str, float]:
        """As in a manifest; none: the task has none."""


@dataclass(frozen=True, kw_only=True)
class EdgeTask(ABC, Generic[LabelledT, AnswerT]):
    """Pictures, and how a file answers them and is judged by its answers."""

    dataset: PictureDataset[LabelledT]
    contract: ImageInput

    name: ClassVar[str]
    judged_on: ClassVar[str]
    """The metric that says whether int8 answers as well as float32."""
    margin: ClassVar[float]
    """So far below 0 the low end of int8's metric less float32's may lie, paired on the same pictures."""
    unchanged: ClassVar[tuple[str, ...]] = ()
    """Metrics that float32 has as the served graph has them."""

    @abstractmethod
    def open(self, file: Path) -> EdgePredictor:
        """The file, with the thresholds that it should have."""

    @abstractmethod
    def answers(self, predictor: Predictor) -> Answers[LabelledT, AnswerT]:
        """To the test split."""

    @abstractmethod
    def metrics(self, test: Answers[LabelledT, AnswerT]) -> dict[str, float]: ...

    @abstractmethod
    def intervals(self, test: Answers[LabelledT, AnswerT]) -> dict[str, Interval]: ...

    @abstractmethod
    def difference(self, small: Answers[LabelledT, AnswerT], plain: Answers[LabelledT, AnswerT]) -> Interval:
        """Of `judged_on`: int8 less float32, paired over the test split's groups."""

    @abstractmethod
    def golden(self, predictor: Predictor, test: Answers[LabelledT, AnswerT]) -> list[GoldenRequest]: ...
