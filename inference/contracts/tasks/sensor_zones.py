"""Zones of sensors: a zone's recent readings in, a decision with every member's vote out."""

from typing import Annotated, Any

from pydantic import AwareDatetime, FailFast, Field

from inference.contracts.base import Contract
from inference.contracts.strict_json import strict_loads
from inference.contracts.tasks.base import JSON, Question, ReadS3, Request, first
from inference.contracts.tasks.labelled import LabelledBatches
from inference.contracts.text import Id

SHOWN = 20
"""Identifiers that a capture has."""
Readings = Annotated[list[dict[str, Any]], FailFast()]
"""Oldest first, none of a silent sensor; the model knows the names of channels and their limits."""
Sensors = dict[Id, Readings]


class ZoneWindow(Contract):
    """Recent readings of a zone's sensors and, where there are any, of the sensors in the zones beside it.

    Sensors and zones have their places by name, so that silent ones are to be named too.
    """

    zone_id: Id
    sensors: Annotated[Sensors, Field(min_length=1)]
    adjacent: dict[Id, Sensors] = {}


class ZoneWindows(Contract):
    """A request: one window, or a batch of them."""

    windows: Annotated[tuple[ZoneWindow, ...], Field(min_length=1), FailFast()]
    entity_id: Id | None = None


class ZoneDecision(Contract):
    """The answer for one window. `label` is the decision at the package's threshold."""

    zone_id: str
    at: AwareDatetime = Field(description="time of the zone's last reading")
    label: str
    scores: dict[str, float] = Field(description="probability of each class; they sum to one")
    probability: float = Field(ge=0, le=1, description="of the hazard")
    tiers: dict[str, float] = Field(description="means of the networks and of the trees, and the ensemble's own")
    votes: dict[str, float] = Field(description="member -> its own probability of the hazard")
    agreement: float = Field(ge=0, le=1, description="share of the members that decide alike at their own thresholds")
    features: dict[str, float] = Field(default={}, description="of the input, for the capture; callers do not get them")


class SensorZones(LabelledBatches):
    """An answer has `predictions`, each a `ZoneDecision`."""

    name = "sensor_zones"
    reads: tuple[str, ...] = (JSON,)
    accepts: tuple[str, ...] = (JSON,)
    predictor = "inference.sensor_zones.predictor"

    def question(self, request: Request, read_s3: ReadS3) -> Question:
        asked = ZoneWindows.model_validate(strict_loads(request.body))
        zones = [window.zone_id for window in asked.windows]
        summary = {"bytes": len(request.body), "zones": zones[:SHOWN]}
        return Question(request.body, JSON, first(request.entity_id, asked.entity_id, zones[0]), summary)
