"""Golden requests, and whether an answer is the expected one. Pure."""

import json
from collections.abc import Callable

from pydantic import ValidationError

from inference.contracts import GoldenRequest
from lambdas.common.answers import AnswerError, parse_answer, predictions
from lambdas.common.errors import VigilError, sentences

NAMED = 3
"""Faults told in full; one broken model breaks every answer alike."""


class GoldenError(VigilError):
    """The package's golden requests cannot be replayed."""


def parse_golden(body: bytes) -> list[GoldenRequest]:
    """From golden.jsonl; raises GoldenError when there is none to replay."""
    try:
        golden = [GoldenRequest.model_validate_json(line) for line in body.splitlines()]
    except ValidationError as error:
        raise GoldenError(f"golden.jsonl has a line that is no golden request: {sentences(error)}.") from error
    if not golden:
        raise GoldenError("The model package has no golden requests, so nothing shows that its endpoint answers right.")
    return golden


def replay(golden: list[GoldenRequest], ask: Callable[[GoldenRequest], bytes]) -> str:
    """What went wrong, or an empty text. `ask` raises AnswerError when the endpoint answers with an error."""
    faults = [f"golden request {number}: {fault}" for number, one in enumerate(golden) if (fault := _fault(one, ask))]
    more = f"; and {len(faults) - NAMED} more" if len(faults) > NAMED else ""
    return f"{len(faults)} of {len(golden)} golden requests failed: {'; '.join(faults[:NAMED])}{more}" if faults else ""


def _fault(expected: GoldenRequest, ask: Callable[[GoldenRequest], bytes]) -> str:
    try:
        answer = predictions(parse_answer(ask(expected)))[0]
    except AnswerError as error:
        return str(error)
    if answer["label"] != expected.label:
        return f"answered {answer['label']!r}, expected {expected.label!r}"
    scores = answer["scores"]
    if set(scores) != set(expected.scores):
        return f"scored {sorted(scores)}, expected {sorted(expected.scores)}"
    furthest = max((abs(scores[name] - score) for name, score in expected.scores.items()), default=0.0)
    if not furthest <= expected.tolerance:
        return f"a score is off by {furthest:.4f}; at most {expected.tolerance} in {json.dumps(expected.scores)[:100]}"
    return ""
