"""What a domain says of its sensor readings."""

from typing import ClassVar, Literal

from pydantic import Field

from inference.contracts.telemetry import Signals
from lambdas.data_prep.spec import KindSpec, Layer


class Telemetry(KindSpec):
    """Tables (.csv, .parquet) below a prefix of the raw bucket, and optionally `schema.json` beside them."""

    layer: ClassVar[Layer] = "pandas"

    kind: Literal["telemetry"] = "telemetry"
    signals: Signals
    validation: float = Field(default=0.2, gt=0, lt=0.5, description="share of the groups before the cut")
    test: float = Field(default=0.3, gt=0, le=0.5, description="share of the rows, the latest")
