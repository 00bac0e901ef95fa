"""What the serving process answers for one picture or one window."""

from pydantic import Field

from inference.contracts.base import Contract


class ClassPrediction(Contract):
    """The likeliest class and every class's probability (they sum to one)."""

    label: str
    confidence: float = Field(ge=0, le=1)
    scores: dict[str, float]
