"""One recorded prediction. Written by the router, read by drift monitoring; one JSON object a line."""

from typing import Any

from pydantic import AwareDatetime, Field

from inference.contracts.base import Contract


class Capture(Contract):
    """One item of one answered request. `input` is a summary, never the input itself."""

    request_id: str
    domain: str
    release: str
    at: AwareDatetime
    entity_id: str
    input: dict[str, Any] = Field(description="summary, e.g. bytes, content type, S3 reference")
    features: dict[str, float] = Field(default={}, description="of the input, as in the package's `baseline.json`")
    label: str | None = Field(description="None: answers of the task have no one label")
    scores: dict[str, float]
    latency_ms: float = Field(ge=0)
    shadow_label: str | None = Field(default=None, description="the champion's answer, when both were asked")
    fallback: bool = Field(default=False, description="the challenger failed and the champion answered")
