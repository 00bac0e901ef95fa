"""What a domain says of its sensor readings."""

from typing import Literal

from pydantic import Field

from inference.contracts.base import Contract
from inference.contracts.telemetry import Signals


class Telemetry(Contract):
    """Tables (.csv, .parquet) below a prefix of the raw bucket, and optionally `schema.json` beside them."""

    kind: Literal["telemetry"] = "telemetry"
    prefix: str = Field(pattern=r"^([^/].*/)?$", description="ends with a slash, or is empty")
    signals: Signals
    validation: float = Field(default=0.2, gt=0, lt=0.5, description="share of the groups before the cut")
    test: float = Field(default=0.3, gt=0, le=0.5, description="share of the rows, the latest")
