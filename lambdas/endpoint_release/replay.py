"""Replay of golden requests: whether each answer is the expected one. Pure."""

from collections.abc import Callable

from pydantic import ValidationError

from inference.contracts import GoldenRequest
from inference.contracts.tasks.base import AnswerError, Task, parse_answer
from lambdas.common.errors import VigilError, sentences

NAMED = 3
"""Faults told in full; one broken model breaks every answer alike."""


class GoldenError(VigilError):
    """The package's golden requests cannot be replayed."""


def parse_golden(task: Task, body: bytes) -> list[GoldenRequest]:
    """From golden.jsonl; raises GoldenError when there is none to replay."""
    try:
        golden = [GoldenRequest.model_validate_json(line) for line in body.splitlines()]
    except ValidationError as error:
        raise GoldenError(f"golden.jsonl has a line that is no golden request: {sentences(error)}.") from error
    for number, one in enumerate(golden):
        if fault := task.validate(one.answer):
            raise GoldenError(f"The answer of golden request {number} cannot be compared: {fault}.")
    if not golden:
        raise GoldenError("The model package has no golden requests, so nothing shows that its endpoint answers right.")
    return golden


def replay(task: Task, golden: list[GoldenRequest], ask: Callable[[GoldenRequest], bytes]) -> str:
    """What went wrong, or an empty text. `ask` raises AnswerError when the release answers with an error."""
    found = [_fault(task, one, ask) for one in golden]
    faults = [f"golden request {number}: {fault}" for number, fault in enumerate(found) if fault]
    more = f"; and {len(faults) - NAMED} more" if len(faults) > NAMED else ""
    return f"{len(faults)} of {len(golden)} golden requests failed: {'; '.join(faults[:NAMED])}{more}" if faults else ""


def _fault(task: Task, expected: GoldenRequest, ask: Callable[[GoldenRequest], bytes]) -> str:
    try:
        answer = parse_answer(task, ask(expected))
    except AnswerError as error:
        return str(error)
    return task.golden_fault(expected.answer, answer, expected.tolerance)
