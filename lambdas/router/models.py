"""The router's environment variables and its HTTP routes."""

from typing import Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from inference.contracts.base import Contract
from inference.contracts.tasks import TaskName
from lambdas.common.function_variables import FROM_JSON, FunctionVariables

Operation = Literal["predict", "model", "labels"]


class HttpRoute(NamedTuple):
    method: Literal["GET", "POST"]
    path: str


def http_routes(domain: str, *, labels: bool) -> dict[Operation, HttpRoute]:
    """All routes of a domain: the stack makes these, and the handler answers these. `labels`: it takes some."""
    routes: dict[Operation, HttpRoute] = {
        "predict": HttpRoute("POST", f"/v1/{domain}/predict"),
        "model": HttpRoute("GET", f"/v1/{domain}/model"),
    }
    return routes | {"labels": HttpRoute("POST", f"/v1/{domain}/labels")} if labels else routes


class LabelsSpec(Contract):
    """Where answers were captured, and which namespace the accuracy of the labelled ones is told in."""

    bucket: str
    delay_s: int = Field(ge=0, description="Firehose gathers captures so long")
    namespace: str


class DetectionsSpec(Contract):
    """Which answered predictions become detections, and who makes them."""

    function: str = Field(description="the domain's review function")
    bucket: str = Field(description="takes the pictures")
    share: float = Field(ge=0, le=1)
    uncertain_above: float = Field(ge=0, le=1)


class RouterVariables(FunctionVariables):
    domain: str
    task: TaskName
    releases_table: str | None = None
    pinned_endpoint: str | None = Field(default=None, description="serve this endpoint; no table, no rollout")
    captures_stream: str
    namespace: str = "Vigil"
    challenger_timeout_ms: int = Field(
        default=2000, ge=1, description="the champion answers instead of a slower challenger"
    )
    slow_ms: float = Field(default=1500, gt=0, description="answers that take longer are counted as slow")
    labels: Annotated[LabelsSpec | None, FROM_JSON] = Field(default=None, description="None: labels are not taken")
    detections: Annotated[DetectionsSpec | None, FROM_JSON] = Field(
        default=None, description="None: people do not review"
    )
    raw_buckets: Annotated[tuple[str, ...], FROM_JSON] = Field(default=(), description="allowed in S3 references")

    @model_validator(mode="after")
    def _one_source(self) -> "RouterVariables":
        if (self.releases_table is None) == (self.pinned_endpoint is None):
            raise ValueError("give either RELEASES_TABLE or PINNED_ENDPOINT")
        return self
