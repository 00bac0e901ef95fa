"""What data prep is told (environment, event) and what it answers."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from inference.contracts.base import Contract
from lambdas.common.environment import FROM_JSON, Environment


class LabelledImages(Contract):
    """Pictures below a prefix of the raw bucket, and a table of labels (`imageName`, `label`, `reviewedLabel`)."""

    kind: Literal["labelled_images"] = "labelled_images"
    prefix: str = Field(pattern=r"^([^/].*/)?$", description="ends with a slash, or is empty")
    classes: tuple[str, ...] = Field(min_length=2)
    at_most: dict[str, int] = Field(default={}, description="class -> most items kept (undersampling)")
    validation: float = Field(default=0.15, gt=0, lt=0.5, description="share of groups")
    test: float = Field(default=0.15, gt=0, lt=0.5, description="share of groups")
    burst_gap_s: float = Field(
        default=30.0, ge=0, description="pictures named by times that follow within it are one group"
    )
    max_megapixels: float = Field(default=50.0, gt=0)
    max_megabytes: float = Field(default=32.0, gt=0, description="of one picture's file")

    @model_validator(mode="after")
    def _consistent(self) -> "LabelledImages":
        faults = []
        if len(set(self.classes)) != len(self.classes):
            faults.append(f"classes repeat: {self.classes}")
        faults += [
            f"at_most names {name!r}, not one of {self.classes}" for name in self.at_most if name not in self.classes
        ]
        faults += [f"at_most of {name!r} is {n}; at least 3 (one a split)" for name, n in self.at_most.items() if n < 3]
        if faults:
            raise ValueError("; ".join(faults))
        return self


class Telemetry(Contract):
    """Tables (.csv, .parquet) below a prefix of the raw bucket, and optionally `schema.json` beside them."""

    kind: Literal["telemetry"] = "telemetry"
    prefix: str = Field(pattern=r"^([^/].*/)?$", description="ends with a slash, or is empty")
    validation: float = Field(default=0.2, gt=0, lt=0.5, description="share of the groups before the cut")
    test: float = Field(default=0.3, gt=0, le=0.5, description="share of the rows, the latest")


DataSpec = Annotated[LabelledImages | Telemetry, Field(discriminator="kind")]


class DataPrepEnvironment(Environment):
    domain: str
    raw_bucket: str
    artifacts_bucket: str
    labels_table: str | None = None
    data: Annotated[DataSpec, FROM_JSON]

    @model_validator(mode="after")
    def _labels_have_a_table(self) -> "DataPrepEnvironment":
        if self.data.kind == "labelled_images" and self.labels_table is None:
            raise ValueError("labelled pictures need LABELS_TABLE, the table of their labels")
        return self


class DataPrepEvent(Contract):
    """`prepare` does all in one call. `list`, `batch`, `merge` are its parts for a Distributed Map.

    `list` answers `{"batches": [{"action": "batch", "run": ..., "batch": 0}, ...]}`: the map's items. `merge` answers
    what `prepare` does.
    """

    action: Literal["prepare", "list", "batch", "merge"] = "prepare"
    run: str = Field(min_length=1)
    reuse_latest: bool = Field(default=False, description="answer with the newest dataset version, prepare nothing")
    batch: int | None = Field(default=None, ge=0, description="for `batch`: which one")

    @model_validator(mode="after")
    def _batch_is_named(self) -> "DataPrepEvent":
        if (self.action == "batch") != (self.batch is not None):
            raise ValueError("`batch` (a number) belongs to the action `batch`, and only to it")
        return self


class DataPrepResult(Contract):
    version: str
    test_split: str | None = Field(default=None, description="fingerprint of its test items; None: an older version")
    uri: str = Field(description="s3:// folder of the dataset version, with a trailing slash")
    channels: tuple[dict[str, Any], ...] = Field(description="InputDataConfig entries of CreateTrainingJob")
    items: int
    quarantined: int


class ListResult(Contract):
    """The parts of a Distributed Map."""

    batches: tuple[DataPrepEvent, ...]
    pictures: int


class BatchResult(Contract):
    batch: int
    pictures: int
