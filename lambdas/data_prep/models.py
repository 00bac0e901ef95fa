"""Data prep's environment variables, its event and its results."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from inference.contracts.base import Contract
from lambdas.common.function_variables import FROM_JSON, FunctionVariables
from lambdas.data_prep.kinds import DataSpec


class DataPrepVariables(FunctionVariables):
    domain: str
    raw_bucket: str
    artifacts_bucket: str
    labels_table: str | None = None
    data: Annotated[DataSpec, FROM_JSON]

    @model_validator(mode="after")
    def _labels_have_a_table(self) -> "DataPrepVariables":
        if self.data.labels_key is not None and self.labels_table is None:
            raise ValueError(f"data of kind {self.data.kind} need LABELS_TABLE, the table of their labels")
        return self


class DataPrepEvent(Contract):
    """`prepare` does all in one call. `list`, `batch`, `merge` are its steps under a Distributed Map.

    `list` answers `{"batches": [{"action": "batch", "run": ..., "batch": 0}, ...]}`: the map's items. `merge` answers
    what `prepare` does. `diagnose` inspects the raw data and prepares nothing.
    """

    action: Literal["prepare", "list", "batch", "merge", "diagnose"] = "prepare"
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
    raw_bytes: int | None = Field(default=None, description="of the raw data; None: its kind does not tell")


class Diagnosis(Contract):
    """What an inspection of raw data ends in."""

    page: str = Field(description="s3:// address of the page for people")
    findings: int = Field(ge=0, description="things that a person should know")
    refusals: tuple[str, ...] = Field(description="why a run on this data would be refused; none: it would start")
    raw_bytes: int


class ListResult(Contract):
    """The items of a Distributed Map."""

    batches: tuple[DataPrepEvent, ...]
    items: int


class BatchResult(Contract):
    batch: int
    items: int
