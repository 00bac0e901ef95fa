"""The input contract of an ensemble's package: what the graph reads and answers, and what becomes of its scores."""

from typing import Literal, Self

from pydantic import Field, model_validator

from inference.contracts.base import Contract
from inference.contracts.zones import ZoneSignals
from inference.sensor_zones.combine import Averaging, Calibration, Combiner, Selection, Stacking
from inference.sensor_zones.features import feature_names

FEATURES, WINDOWS = "features", "windows"


class MemberInput(Contract):
    """One member. The graph has an output of its name: raw scores, (n,)."""

    name: str
    tier: Literal[1, 2]
    reads: Literal["features", "windows"]
    calibration: Calibration
    threshold: float = Field(
        ge=0, description="a probability from which it votes for the hazard; above 1: it never does"
    )


class EnsembleInput(Contract):
    """`input` of the manifest."""

    signals: ZoneSignals
    features: tuple[str, ...] = Field(description="in the order of the graph's input")
    members: tuple[MemberInput, ...] = Field(min_length=1)
    combiner: Combiner

    @model_validator(mode="after")
    def _fits(self) -> Self:
        faults = []
        if self.features != feature_names(self.signals):
            faults.append("it was trained on other features than this image computes of its signals")
        names = [member.name for member in self.members]
        if len(set(names)) != len(names):
            faults.append(f"members repeat: {names}")
        if self._combined() > len(self.members):
            faults.append(f"the combiner wants {self._combined()} members; there are {len(self.members)}")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _combined(self) -> int:
        match self.combiner:
            case Stacking() | Averaging() as weighing:
                return len(weighing.weights)
            case Selection() as selecting:
                return len(selecting.weights[0])
            case alone:
                return alone.member + 1

    def of_tier(self, tier: int) -> list[int]:
        return [number for number, member in enumerate(self.members) if member.tier == tier]
