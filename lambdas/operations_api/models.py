"""The operations API's variables, its routes and what it is asked."""

from pydantic import Field

from inference.contracts.base import Contract
from lambdas.common.api_routes import API, Route
from lambdas.common.function_variables import FunctionVariables


class OperationsVariables(FunctionVariables):
    app: str
    artifacts_bucket: str
    releases_table: str
    state_machines: str = Field(description="what ARNs of this Region's state machines begin with, up to the name")


ROUTES = (
    Route("GET", f"{API}/runs/{{domain}}"),
    Route("POST", f"{API}/runs/{{domain}}"),
    Route("GET", f"{API}/health"),
    Route("GET", f"{API}/drift/{{domain}}"),
)


class RunRequest(Contract):
    """Train again now, whatever reviews and drift say."""

    reason: str = Field(min_length=1, max_length=500, description="it stands on the run")
