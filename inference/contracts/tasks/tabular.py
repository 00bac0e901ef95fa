"""Tabular detection: recent windows of readings in; the probability of a hazard and a decision for each out."""

import re
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, FailFast, Field, create_model, model_validator

from inference.contracts.base import Contract
from inference.contracts.strict_json import strict_loads
from inference.contracts.tasks.base import JSON, Question, ReadS3, Request, first
from inference.contracts.tasks.labelled import LabelledBatches
from inference.contracts.telemetry import Signals
from inference.contracts.text import Id

SHOWN = 20
"""Identifiers that a capture has."""
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*_id")
Value = Annotated[float, Field(strict=True, allow_inf_nan=False)] | Annotated[str, Field(max_length=64)] | None
"""A number, a time, or nothing measured; true and false are none of these."""


class Window(BaseModel):
    """Recent readings of one entity, oldest first, and its identifier; the model knows the names of both."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, Id]
    readings: Annotated[tuple[Annotated[dict[str, Value], Field(max_length=64)], ...], Field(min_length=1), FailFast()]

    @model_validator(mode="after")
    def _one_identifier(self) -> Self:
        names = list(self.__pydantic_extra__)
        if len(names) != 1 or not _IDENTIFIER.fullmatch(names[0]):
            raise ValueError(
                f"beside its readings a window has one identifier, as module_id; it has {ascii(names)[:80]}"
            )
        return self

    @property
    def entity(self) -> tuple[str, str]:
        """What is read, as module, and which one."""
        ((name, identifier),) = self.__pydantic_extra__.items()
        return name.removesuffix("_id"), identifier


class Windows(Contract):
    """A request: one window, or a batch of them."""

    windows: Annotated[tuple[Window, ...], Field(min_length=1), FailFast()]
    entity_id: Id | None = None


class LeadTimeBand(Contract):
    """How long before their event entities were, of those that got such a probability: the middle 80 % of them."""

    from_s: float = Field(ge=0)
    to_s: float = Field(ge=0)


class Contribution(Contract):
    """A channel's part in a positive prediction."""

    channel: str
    value: float = Field(description="mean over the shortest span of features, in the channel's unit")
    typical: float = Field(description="the same in the training data, its median")
    log_odds: float = Field(description="what the channel adds to the log odds of the hazard (Shapley value)")


def probability_field(signals: Signals) -> str:
    """The field of an answer that tells how likely an event within the horizon is."""
    return f"{signals.hazard}_probability"


def prediction_model(signals: Signals) -> type[BaseModel]:
    """The answer for one window of one entity. `label` is the decision at the package's threshold."""
    fields: dict[str, Any] = {
        signals.entity_id: str,
        "at": Annotated[AwareDatetime, Field(description="time of the window's last reading")],
        "label": str,
        "scores": Annotated[dict[str, float], Field(description="probability of each class; they sum to one")],
        probability_field(signals): Annotated[float, Field(ge=0, le=1)],
        "lead_time": (LeadTimeBand | None, Field(default=None, description="with a positive decision")),
        "top_features": (
            tuple[Contribution, ...],
            Field(default=(), description="with a positive decision; largest first"),
        ),
        "features": (
            dict[str, float],
            Field(default={}, description="of the input, for the capture; callers do not get them"),
        ),
    }
    return create_model("HazardPrediction", __base__=Contract, **fields)


class Tabular(LabelledBatches):
    """An answer has `predictions`; see `prediction_model`."""

    name = "tabular"
    reads: tuple[str, ...] = (JSON,)
    accepts: tuple[str, ...] = (JSON,)
    predictor = "inference.tabular.predictor"

    def question(self, request: Request, read_s3: ReadS3) -> Question:
        asked = Windows.model_validate(strict_loads(request.body))
        body = asked.model_dump_json(exclude={"entity_id"}).encode()
        kind, entity = asked.windows[0].entity
        shown = [window.entity[1] for window in asked.windows[:SHOWN]]
        summary = {"bytes": len(body), f"{kind}s": shown}
        return Question(body, JSON, first(request.entity_id, asked.entity_id, entity), summary)
