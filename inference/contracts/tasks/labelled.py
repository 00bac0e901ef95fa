"""What tasks have in common whose answer gives each item one label and a score to each class."""

import json
from typing import Any

from inference.contracts.reviews import Answered
from inference.contracts.tasks.base import Answer, AnsweredItem

FEATURES, PREDICTIONS = "features", "predictions"


class LabelledAnswers:
    """Answers of one item, which is the whole answer, unless `predictions` says otherwise."""

    def predictions(self, answer: Answer) -> list[Any]:
        return [answer]

    def validate(self, answer: Any) -> str:
        found = isinstance(answer, dict) and all(map(_is_prediction, self.predictions(answer)))
        return "" if found else "a label and scores are expected"

    def for_caller(self, answer: Answer) -> Answer:
        return _without_features(answer)

    def items(self, answer: Answer) -> list[AnsweredItem]:
        return [AnsweredItem(one["label"], one["scores"], one.get(FEATURES, {})) for one in self.predictions(answer)]

    def agrees(self, one: Answer, other: Answer) -> bool:
        return [item.label for item in self.items(one)] == [item.label for item in self.items(other)]

    def golden_fault(self, expected: Answer, answer: Answer, tolerance: float) -> str:
        wanted, found = self.items(expected), self.items(answer)
        if len(wanted) != len(found):
            return f"answered {len(found)} items, expected {len(wanted)}"
        faults = (_golden_fault(one, other, tolerance) for one, other in zip(wanted, found, strict=True))
        return next(filter(None, faults), "")

    def answered(self, answer: Answer) -> Answered | None:
        return None

    def uncertainty(self, answer: Answer) -> float:
        return 0.0


class LabelledBatches(LabelledAnswers):
    """Answers have `predictions`, one a window that was asked about, in the request's order."""

    def predictions(self, answer: Answer) -> list[Any]:
        found = answer.get(PREDICTIONS)
        return found if isinstance(found, list) else [None]  # which is no prediction, so the answer is not valid

    def for_caller(self, answer: Answer) -> Answer:
        return {**answer, PREDICTIONS: [_without_features(one) for one in self.predictions(answer)]}


def _golden_fault(expected: AnsweredItem, answer: AnsweredItem, tolerance: float) -> str:
    if answer.label != expected.label:
        return f"answered {answer.label!r}, expected {expected.label!r}"
    if set(answer.scores) != set(expected.scores):
        return f"scored {sorted(answer.scores)}, expected {sorted(expected.scores)}"
    furthest = max((abs(answer.scores[name] - score) for name, score in expected.scores.items()), default=0.0)
    if not furthest <= tolerance:
        return f"a score is off by {furthest:.4f}; at most {tolerance} in {json.dumps(expected.scores)[:100]}"
    return ""


def _without_features(prediction: Answer) -> Answer:
    return {name: value for name, value in prediction.items() if name != FEATURES}


def _is_prediction(value: Any) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("label"), str):
        return False
    scores = value.get("scores")
    return isinstance(scores, dict) and all(isinstance(score, int | float) for score in scores.values())
