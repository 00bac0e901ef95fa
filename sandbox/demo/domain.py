"""What a domain's demo provides: raw data, training runs, and questions for its endpoint."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from rich.progress import Progress

from sandbox.demo.report import DomainReport
from sandbox.deployment import Deployment


@dataclass(frozen=True, kw_only=True)
class Question:
    """One request to the endpoint. `truth` is the label a person gave, if one did."""

    name: str
    body: bytes
    content_type: str
    entity_id: str
    truth: str | None = None


ReadFile = Callable[[str], bytes]


class RoundOfReviews(Protocol):
    """What people say of the answers of the release that serves, and what the domain learns from it by itself."""

    def review(self, bars: Progress) -> str:
        """The run that reviews started, when it has. Raises DemoError where something does not happen in time."""

    def compare(self, file: Path) -> None:
        """Report what the release of that run does better than the one before, and draw it."""


class Demo(ABC):
    """What a module of `sandbox/demo/domains/` provides for its domain, as `DEMO`."""

    name: str
    """The domain's, and its module's."""
    measures: Sequence[str] = ()
    """Metrics of the evaluation that the report names whether the gate asks for them or not."""

    def generate(self, folder: Path, bars: Progress) -> Path:
        """Make raw data in the domain's documented form, with progress on a bar; returns its folder.

        Raises DemoError where nothing simulates them.
        """
        raise DemoError(f"nothing simulates data of {self.name}: make demo DOMAIN={self.name} DATA=folder")

    def simulated_context(self) -> dict[str, str]:
        """CDK context that goes with `generate`'s data."""
        return {}

    @abstractmethod
    def check(self, raw: Path) -> None:
        """Raise DemoError with a sentence when `raw` (perhaps the user's own) is not in the documented form."""

    def rehearse(self, raw: Path) -> Sequence[str]:
        """What data prep will make of a person's own data, in lines; none where only data prep itself can tell.

        Raises DemoError where it would refuse them, before anything is deployed.
        """
        return ()

    def context(self, raw: Path) -> dict[str, str]:
        """CDK context that a person's own data needs, e.g. its classes; most data needs none."""
        return {}

    @abstractmethod
    def upload(self, raw: Path, deployment: Deployment) -> None:
        """Put the raw data where the domain's data prep looks for it."""

    @abstractmethod
    def trainings(self, raw: Path, own: bool) -> Sequence[dict[str, Any]]:
        """Trigger payloads, in turn: the first makes a champion, the next a challenger to it.

        `own`: the raw data is the user's, not `generate`'s.
        """

    def is_refused(self, number: int) -> bool:
        """Whether the release of this training is there to be rolled back: then the champion serves on."""
        return False

    def beside(
        self, raw: Path, deployment: Deployment, build: Path, report: DomainReport
    ) -> AbstractContextManager[object]:
        """What goes on from the upload to the last release, e.g. devices that take updates; nothing for most domains.

        It may raise DemoError, or fail the report when it ends.
        """
        return nullcontext()

    def reviews(self, raw: Path, own: bool, deployment: Deployment, report: DomainReport) -> RoundOfReviews | None:
        """What follows the last release, where people review its answers; None for most domains."""
        return None

    @abstractmethod
    def questions(self, raw: Path, items: Sequence[dict[str, Any]], read: ReadFile) -> Sequence[Question]:
        """Requests made of the test split's items, which no model was trained on.

        `items` are lines of the dataset version's manifest; `read` answers a file of that version by its name.
        """

    @abstractmethod
    def label(self, answer: dict[str, Any]) -> str:
        """What an answer says, as a person labels it."""

    def is_right(self, question: Question, answer: dict[str, Any]) -> bool:
        """Whether the answer is what a person said."""
        return self.label(answer) == question.truth

    @abstractmethod
    def picture(self, questions: Sequence[Question], answers: Sequence[dict[str, Any]], file: Path) -> None:
        """Draw the answers for a person to look at."""


class DemoError(Exception):
    """Something the user can mend, in one sentence."""
