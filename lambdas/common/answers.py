"""What a model answered, whatever its task: one prediction, or `predictions` of several. Pure."""

import json
from typing import Any

from lambdas.common.errors import VigilError

FEATURES = "features"


class AnswerError(VigilError):
    """The serving process answered something that is no prediction."""


def parse_answer(body: bytes) -> dict[str, Any]:
    """The answer; raises AnswerError unless each of its predictions has a label and scores."""
    try:
        answer = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise AnswerError(f"The model answered {body[:80]!r}, which is no JSON.") from None
    if not isinstance(answer, dict) or not all(map(_is_prediction, predictions(answer))):
        raise AnswerError(f"The model answered {body[:80]!r}; a label and scores are expected.")
    return answer


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def predictions(answer: dict[str, Any]) -> list[Any]:
    """Of a batch each, of a single answer itself."""
    return answer["predictions"] if isinstance(answer.get("predictions"), list) else [answer]


def for_caller(answer: dict[str, Any]) -> dict[str, Any]:
    """Without the input's features, which are there for the capture and are no part of what callers are promised."""
    kept = {name: value for name, value in answer.items() if name != FEATURES}
    if isinstance(answer.get("predictions"), list):
        kept["predictions"] = [
            {name: value for name, value in one.items() if name != FEATURES} for one in answer["predictions"]
        ]
    return kept


def labels(answer: dict[str, Any]) -> list[str]:
    return [prediction["label"] for prediction in predictions(answer)]


def _is_prediction(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("label"), str) and isinstance(value.get("scores"), dict)
