"""The gate's environment variables, its event and its result."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from inference.contracts import Interval
from inference.contracts.base import Contract
from inference.contracts.tasks import TaskName
from lambdas.common.function_variables import FROM_JSON, FunctionVariables


class Requirement(Contract):
    """A bound on one metric of `evaluation.json`."""

    metric: str
    at_least: float | None = None
    at_most: float | None = None
    judged_on: Literal["point", "interval"] = Field(
        default="point",
        description="interval: the unfavourable end of the metric's 95 % interval must keep the bound; for rates that "
        "are counted on few items. point: for what is measured as it is, such as latency and size",
    )

    @model_validator(mode="after")
    def _one_bound(self) -> "Requirement":
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError(f"{self.metric}: give either at_least or at_most")
        return self

    @property
    def in_words(self) -> str:
        words = f"at most {self.at_most:g}" if self.at_least is None else f"at least {self.at_least:g}"
        if self.judged_on == "point":
            return words
        return f"{words} at its {'high' if self.at_least is None else 'low'} end"

    def holds(self, value: float) -> bool:
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)

    def end_of(self, interval: Interval) -> float:
        """The unfavourable one."""
        return interval.high if self.at_least is None else interval.low


class GateSpec(Contract):
    """Metrics named in the comparisons are better when higher; comparisons read intervals."""

    requirements: tuple[Requirement, ...] = Field(min_length=1)
    beats_dummy_on: str | tuple[str, ...] | None = Field(default=None, description="one metric, or several")
    beats_references_on: str | None = Field(
        default=None, description="beats every named reference, e.g. a threshold rule"
    )
    not_worse_than_champion_on: str | None = None
    champion_tolerance: float = Field(
        default=0.0, ge=0, description="non-inferiority margin: the difference's low end may lie so far below 0"
    )


class ModelGateVariables(FunctionVariables):
    domain: str
    task: TaskName
    artifacts_bucket: str
    package_group: str
    releases_table: str
    approval: Literal["automatic", "manual"]
    serving_image_uri: str
    gate: Annotated[GateSpec, FROM_JSON]


class DatasetReference(Contract):
    """The part of data prep's result that the gate reads."""

    model_config = ConfigDict(extra="ignore")

    version: str
    test_split: str | None = Field(default=None, description="fingerprint of its test items; None: an older version")

    @property
    def measured_on(self) -> str:
        """The identifier of the test split that attempts are counted by."""
        return self.test_split if self.test_split is not None else self.version


class ModelGateEvent(Contract):
    run: str = Field(min_length=1)
    dataset: DatasetReference
    model_data_url: str = Field(pattern=r"^s3://[^/]+/.+$")
    dry_run: bool = Field(default=False, description="decide, and register nothing")


class Verdict(Contract):
    """One requirement held against the evaluation."""

    metric: str
    value: float | None = Field(description="None: the evaluation has no such number")
    interval: Interval | None = Field(default=None, description="what was judged, where an interval was")
    required: str = Field(description="in words, e.g. `at least 0.8`")
    passed: bool


Outcome = Literal["approved", "pending", "rejected"]


class ModelGateResult(Contract):
    status: Outcome | Literal["dry_run"] = Field(description="dry_run: decided, and nothing was registered")
    would_be: Outcome | None = Field(default=None, description="of a dry run: the status it would have had")
    model_package_arn: str | None = Field(description="None: a dry run")
    version: int | None = Field(description="None: a dry run")
    reasons: tuple[str, ...]
    requirements: tuple[Verdict, ...]
    attempt: int | None = Field(default=None, description="runs measured on this test split so far, this one too")


class GateRecord(Contract):
    """`runs/<domain>/<run>/gate.json`: the decision and what it was about."""

    run: str
    domain: str
    dataset_version: str
    test_split: str
    model_data_url: str
    result: ModelGateResult
