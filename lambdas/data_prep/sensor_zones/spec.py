"""What a domain says of its sensors in zones."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from inference.contracts.zones import ZoneSignals
from lambdas.data_prep.spec import KindSpec, Layer, channel

DATASET_LIST, TRAIN_LIST = "dataset.manifest", "train.manifest"
"""What is read of a version's folder: what every host needs, and the tables to train on, which hosts may share."""


class SensorZones(KindSpec):
    """Tables (.csv, .parquet) in any layout below a prefix of the raw bucket; `schema.json` describes them."""

    layer: ClassVar[Layer] = "requirements"
    memory_mb: ClassVar[int] = 3538
    scratch_mb: ClassVar[int | None] = 10_240

    kind: Literal["sensor_zones"] = "sensor_zones"
    signals: ZoneSignals = Field(description="the documented channels, and the grid that readings are put on")
    block_hours: float = Field(default=24, ge=0.25, le=24 * 31, description="of a time block, which is never split")
    validation: float = Field(default=0.25, gt=0, lt=0.5, description="share of the groups before the test blocks")
    test: float = Field(default=0.25, gt=0, le=0.5, description="share of the recorded time, the latest")
    least_blocks: int = Field(default=1, ge=1, description="tables (a site and time block) of each class in each split")
    least_runs: int = Field(default=3, ge=1, description="separate runs of the hazard's label in each split")

    def channels(self, uri: str) -> tuple[dict[str, Any], ...]:
        return (
            channel("dataset", "ManifestFile", f"{uri}{DATASET_LIST}"),
            channel("train", "ManifestFile", f"{uri}{TRAIN_LIST}"),
        )

    @property
    def block_us(self) -> int:
        return round(self.block_hours * 3600) * 1_000_000
