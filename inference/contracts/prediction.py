"""What the serving process answers for one picture or one window."""

from pydantic import AwareDatetime, Field

from inference.contracts.base import Contract


class ClassPrediction(Contract):
    """The likeliest class and every class's probability (they sum to one)."""

    label: str
    confidence: float = Field(ge=0, le=1)
    scores: dict[str, float]
    features: dict[str, float] = Field(default={}, description="of the input, for the capture; callers do not get them")


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
