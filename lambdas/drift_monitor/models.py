"""What a domain says of drift, and the drift monitor's variables, event and result."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from inference.contracts.base import Contract
from lambdas.common.function_variables import FROM_JSON, FunctionVariables


class DriftSpec(Contract):
    """When captures lie too far from the champion's baseline."""

    every_s: int = Field(default=3600, ge=60, le=86_400, multiple_of=60, description="a report so often")
    window_s: int = Field(default=86_400, ge=60, description="of captures; a day, since nights differ from days")
    psi: float = Field(default=0.2, gt=0, description="beyond what chance makes, of a score or a feature: drift")
    at_least_captures: int = Field(default=500, ge=1, description="fewer: the report says so, and no alarm goes off")
    most_captures: int = Field(default=20_000, ge=1, description="read of a window, evenly spread over it")


class DriftMonitorVariables(FunctionVariables):
    domain: str
    artifacts_bucket: str
    captures_bucket: str
    releases_table: str
    namespace: str = "Vigil"
    drift: Annotated[DriftSpec, FROM_JSON]


class DriftEvent(Contract):
    at: AwareDatetime | None = Field(default=None, description="the window's end; a report a time. None: now")


class DriftResult(Contract):
    status: Literal["stable", "drifted", "too_few", "no_champion"]
    why: str
    report: str | None = Field(default=None, description="its key in the artifacts bucket; None without a champion")
