"""Tabular detection: recent windows of readings in; the probability of a hazard and a decision for each out."""

from typing import Annotated, Any

from pydantic import AwareDatetime, FailFast, Field

from inference.contracts.base import Contract
from inference.contracts.strict_json import strict_loads
from inference.contracts.tasks.base import JSON, Answer, Question, ReadS3, Request, first
from inference.contracts.tasks.labelled import LabelledAnswers
from inference.contracts.text import Id

PREDICTIONS = "predictions"
Value = Annotated[float, Field(strict=True, allow_inf_nan=False)] | Annotated[str, Field(max_length=64)] | None
"""A number, a time, or nothing measured; true and false are none of these."""


class Window(Contract):
    """Recent readings of one module, oldest first; the model knows the columns."""

    module_id: Id
    readings: Annotated[tuple[Annotated[dict[str, Value], Field(max_length=64)], ...], Field(min_length=1), FailFast()]


class Windows(Contract):
    """A request: one window, or a batch of them."""

    windows: Annotated[tuple[Window, ...], Field(min_length=1), FailFast()]
    entity_id: Id | None = None


class LeadTimeBand(Contract):
    """How long before the runaway modules were, of those that got such a probability: the middle 80 % of them."""

    from_s: float = Field(ge=0)
    to_s: float = Field(ge=0)


class Contribution(Contract):
    """A channel's part in a positive prediction."""

    channel: str
    value: float = Field(description="mean over the last minute, in the channel's unit")
    typical: float = Field(description="the same in the training data, its median")
    log_odds: float = Field(description="what the channel adds to the log odds of the hazard (Shapley value)")


class HazardPrediction(Contract):
    """The answer for one window of one module. `label` is the decision at the package's threshold."""

    module_id: str
    at: AwareDatetime = Field(description="time of the window's last reading")
    label: str
    scores: dict[str, float] = Field(description="probability of each class; they sum to one")
    hazard_probability: float = Field(ge=0, le=1, description="of a thermal runaway within the horizon")
    lead_time: LeadTimeBand | None = Field(default=None, description="with a positive decision")
    top_features: tuple[Contribution, ...] = Field(default=(), description="with a positive decision; largest first")
    features: dict[str, float] = Field(default={}, description="of the input, for the capture; callers do not get them")


class HazardPredictions(Contract):
    """One prediction a window, in the request's order."""

    predictions: tuple[HazardPrediction, ...]


class Tabular(LabelledAnswers):
    """An answer is `HazardPredictions`: one item a window."""

    name = "tabular"
    reads: tuple[str, ...] = (JSON,)
    accepts: tuple[str, ...] = (JSON,)
    predictor = "inference.tabular.predictor"

    def question(self, request: Request, read_s3: ReadS3) -> Question:
        asked = Windows.model_validate(strict_loads(request.body))
        body = asked.model_dump_json(exclude={"entity_id"}).encode()
        entity = first(request.entity_id, asked.entity_id, asked.windows[0].module_id)
        summary = {"bytes": len(body), "modules": [window.module_id for window in asked.windows[:20]]}
        return Question(body, JSON, entity, summary)

    def predictions(self, answer: Answer) -> list[Any]:
        found = answer.get(PREDICTIONS)
        return found if isinstance(found, list) else [None]  # which is no prediction, so the answer is not valid

    def for_caller(self, answer: Answer) -> Answer:
        return {**answer, PREDICTIONS: [super(Tabular, self).for_caller(one) for one in self.predictions(answer)]}
