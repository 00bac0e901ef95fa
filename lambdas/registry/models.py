"""The registry function's variables, its routes and what it is asked."""

from typing import Literal, Self

from pydantic import Field, model_validator

from inference.contracts.base import Contract
from lambdas.common.api_routes import API, Route
from lambdas.common.function_variables import FunctionVariables

VERSION = r"^(production|canary|[1-9][0-9]{0,8})$"
TURN_S = 60
"""A decision that a function did not end keeps its model's turn so long, longer than API Gateway waits for one."""


class RegistryVariables(FunctionVariables):
    app: str
    releases_table: str
    devices_table: str
    audit_table: str
    requests_table: str


ROUTES = (
    Route("GET", f"{API}/models"),
    Route("GET", f"{API}/models/{{name}}"),
    Route("GET", f"{API}/models/{{name}}/audit"),
    Route("GET", f"{API}/models/{{name}}/versions/{{version}}"),
    Route("POST", f"{API}/models/{{name}}/versions/{{version}}/promote"),
    Route("POST", f"{API}/models/{{name}}/rollback"),
    Route("GET", f"{API}/devices/{{name}}"),
    Route("POST", f"{API}/devices/{{name}}"),
    Route("POST", f"{API}/devices/{{name}}/{{device_id}}/revoke"),
    Route("GET", f"{API}/openapi.json"),
)


class Promotion(Contract):
    """One decision about a version."""

    status: Literal["approved", "rejected"] | None = Field(
        default=None, description="approved: its release starts by itself"
    )
    rollout_percentage: int | None = Field(
        default=None, ge=1, le=100, description="share of callers and devices; of the release under way, only to rise"
    )
    is_production: Literal[True] | None = Field(default=None, description="the release under way serves all, now")
    revision: int | None = Field(default=None, ge=0, description="of the model that was decided about; None: any")

    @model_validator(mode="after")
    def _is_one_decision(self) -> Self:
        decided = [one for one in (self.status, self.rollout_percentage, self.is_production) if one is not None]
        if len(decided) != 1:
            raise ValueError("give exactly one of status, rollout_percentage, is_production")
        return self


class Withdrawal(Contract):
    """Undo the release under way; with none, return to the champion before."""

    reason: str = Field(min_length=1, max_length=500)
    revision: int | None = Field(default=None, ge=0, description="of the model that was decided about; None: any")
