"""What the gate is told (environment, event) and what it answers."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from inference.contracts.base import Contract
from lambdas.common.environment import FROM_JSON, Environment


class Requirement(Contract):
    """A bound on one metric of `evaluation.json`."""

    metric: str
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> "Requirement":
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError(f"{self.metric}: give either at_least or at_most")
        return self


class GateSpec(Contract):
    """Metrics named in the comparisons are better when higher."""

    requirements: tuple[Requirement, ...] = Field(min_length=1)
    beats_dummy_on: str | None = None
    beats_references_on: str | None = Field(default=None, description="beats every named baseline: a threshold rule")
    not_worse_than_champion_on: str | None = None
    champion_tolerance: float = Field(default=0.0, ge=0, description="absolute")


class ModelGateEnvironment(Environment):
    domain: str
    artifacts_bucket: str
    package_group: str
    releases_table: str
    approval: Literal["automatic", "manual"]
    serving_image_uri: str
    gate: Annotated[GateSpec, FROM_JSON]


class DatasetReference(Contract):
    """What the gate needs of data prep's answer."""

    model_config = ConfigDict(extra="ignore")

    version: str


class ModelGateEvent(Contract):
    run: str = Field(min_length=1)
    dataset: DatasetReference
    model_data_url: str = Field(pattern=r"^s3://[^/]+/.+$")


class Verdict(Contract):
    """One requirement held against the evaluation."""

    metric: str
    value: float | None = Field(description="None: the evaluation has no such number")
    required: str = Field(description="in words, e.g. `at least 0.8`")
    passed: bool


class ModelGateResult(Contract):
    status: Literal["approved", "pending", "rejected"]
    model_package_arn: str
    version: int
    reasons: tuple[str, ...]
    requirements: tuple[Verdict, ...]


class GateRecord(Contract):
    """`runs/<domain>/<run>/gate.json`: the decision and what it was about."""

    run: str
    domain: str
    dataset_version: str
    model_data_url: str
    result: ModelGateResult
