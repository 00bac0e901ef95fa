"""The trigger's environment variables, what it learns of raw data, its result, and the run that it starts."""

from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field

from inference.contracts.base import Contract
from lambdas.common.function_variables import FROM_JSON, FunctionVariables
from lambdas.training_trigger.spec import AUTO, TrainingSpec


class TrainingTriggerVariables(FunctionVariables):
    app: str
    domain: str
    state_machine_arn: str
    artifacts_bucket: str
    releases_table: str
    raw_bucket: str | None = Field(default=None, description="where strategies go by the size of raw data")
    raw_prefix: str | None = None
    training: Annotated[TrainingSpec, FROM_JSON]

    @property
    def runs(self) -> str:
        """What the names of the domain's runs begin with, so that permissions for them match nobody else's."""
        return f"{self.app}-{self.domain}"


class RawSize(NamedTuple):
    """Of raw data as they lie in S3."""

    total: int
    """Bytes."""
    text: int = 0
    """Of them in .csv, a row of which takes many times as much."""


class TrainingTriggerResult(Contract):
    run: str
    status: Literal["started", "already_started"]
    execution_arn: str
    estimated_cost_usd: float = Field(description="in the worst case: every instance for the longest time")
    expected: str | None = Field(default=None, description="time and cost by measured throughput, where it is known")


class RunInput(Contract):
    """The training state machine's input."""

    run: str
    domain: str
    reuse_latest: bool
    request: dict[str, Any] = Field(description="CreateTrainingJob, its InputDataConfig still without the dataset")
    tuning: dict[str, Any] | None = Field(default=None, description="CreateHyperParameterTuningJob, likewise")
    diagnose: bool = Field(default=False, description="inspect the raw data, and end there")
    dry_run: bool = Field(default=False, description="train and judge, and register nothing")
    reason: str = Field(default="", description="why there is a run, for people; empty: nobody said")
    model_package: str | None = Field(default=None, description="trained elsewhere: judge it, and train nothing")
    strategy: str = Field(default=AUTO, description="whose job to run")
    strategies: dict[str, dict[str, Any]] = Field(default={}, description="strategy -> members of `request` it changes")
