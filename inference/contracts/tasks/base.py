"""All that differs between tasks, for the router, the gate, a release, the serving process and the containers.

Knows pydantic only: it runs in Lambdas.
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from inference.contracts.reviews import Answered

JSON = "application/json"
ANSWER_TYPE = JSON
"""Content type of every model's answer."""

Answer = dict[str, Any]
"""What the serving process answers: a JSON object."""
ReadS3 = Callable[[str], bytes]
"""From an s3:// URI that a caller names to the object's bytes."""


class AnswerError(Exception):
    """The serving process answered something that is no answer of its task."""


class Request(Protocol):
    """A caller's request, as the router received it."""

    @property
    def id(self) -> str: ...

    @property
    def content_type(self) -> str: ...

    @property
    def body(self) -> bytes: ...

    @property
    def entity_id(self) -> str | None: ...


class Question(NamedTuple):
    """A request to the model."""

    body: bytes
    content_type: str
    entity_id: str
    """What asks, or is asked about: traffic is split by it."""
    summary: dict[str, Any]
    """For the capture: never the input itself."""


class AnsweredItem(NamedTuple):
    """What a capture holds of one item of an answer."""

    label: str | None
    """None: the answer to an item has no one label."""
    scores: dict[str, float]
    features: dict[str, float]
    """Of the input."""


class Task(Protocol):
    """One kind of question that models answer. `inference.contracts.tasks` has the registry."""

    name: str
    reads: tuple[str, ...]
    """Content types of a request to the model."""
    accepts: tuple[str, ...]
    """Content types of a request to the router."""
    predictor: str
    """The module whose `load(directory, manifest)` opens a package; imported in the serving process only."""

    def question(self, request: Request, read_s3: ReadS3) -> Question:
        """The request to the model. `request` has one of the content types `accepts`.

        Raises:
            NotJson, ValidationError: the body cannot be asked; pydantic's error has the name of what it should be.
            Whatever read_s3 raises.
        """
        ...

    def validate(self, answer: Any) -> str:
        """What an answer of the model lacks, in words, or an empty text."""
        ...

    def for_caller(self, answer: Answer) -> Answer:
        """Without what is there for captures and is no part of what callers are promised."""
        ...

    def items(self, answer: Answer) -> list[AnsweredItem]:
        """One for each item that was asked about, in the request's order; each is captured on its own."""
        ...

    def agrees(self, one: Answer, other: Answer) -> bool:
        """Whether two models' answers to one request mean the same to a caller."""
        ...

    def golden_fault(self, expected: Answer, answer: Answer, tolerance: float) -> str:
        """In what an answer differs from the packaged model's by more than the tolerance, or an empty text."""
        ...

    def answered(self, answer: Answer) -> Answered | None:
        """What people judge of it; None: answers of the task are not reviewed."""
        ...

    def uncertainty(self, answer: Answer) -> float:
        """From 0 to 1, as uncertain as can be: what people look at first. 0 where answers are not reviewed."""
        ...


def parse_answer(task: Task, body: bytes) -> Answer:
    """The serving process's answer; raises AnswerError."""
    try:
        answer = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise AnswerError(f"The model answered {body[:80]!r}, which is no JSON.") from None
    if fault := task.validate(answer):
        raise AnswerError(f"The model answered {body[:80]!r}; {fault}.")
    return answer


def first(*entities: str | None) -> str:
    """The first that is given."""
    return next(entity for entity in entities if entity is not None)


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")
