"""How good a model is on the split `reviewed`: some metrics of the test split again, `reviewed_` before their names."""

from collections.abc import Collection, Mapping
from typing import TypeVar

from inference.contracts import ChampionEvaluation

T = TypeVar("T")
REVIEWED = "reviewed_"


def of_reviews(found: Mapping[str, T], names: Collection[str]) -> dict[str, T]:
    return {f"{REVIEWED}{name}": value for name, value in found.items() if name in names}


def with_reviews(test: ChampionEvaluation, reviewed: ChampionEvaluation, names: Collection[str]) -> ChampionEvaluation:
    """The comparison on the test split, and the metrics `names` of the one on the split `reviewed`."""
    return test.model_copy(
        update={
            "metrics": {**test.metrics, **of_reviews(reviewed.metrics, names)},
            "challenger": {**test.challenger, **of_reviews(reviewed.challenger, names)},
            "differences": {**test.differences, **of_reviews(reviewed.differences, names)},
        }
    )
