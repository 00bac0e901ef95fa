"""How a domain trains: what callers may choose, the machines, strategies by the size of raw data, and the search."""

from typing import Literal, Self

from pydantic import Field, model_validator

from inference.contracts.base import Contract

OptionKind = Literal["int", "float", "bool", "choice"]
OptionValue = bool | int | float | str
SUBMISSION = "modelPackage"
"""The option that names a package trained elsewhere."""
RESERVED_OPTIONS = ("diagnose", "skipDataPrep", "instanceType", "spot", "runToken", "continueRun") + (
    "tuningJobs",
    "strategy",
    "dryRun",
    SUBMISSION,
    "reason",
)
AUTO = "auto"
"""The strategy that the size of the raw data picks."""


class Option(Contract):
    """One thing a caller may choose; becomes one hyperparameter."""

    name: str = Field(pattern=r"^[a-z][A-Za-z0-9]*$", description="camelCase, as callers write it")
    hyperparameter: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="snake_case, as the container reads it")
    kind: OptionKind
    default: OptionValue
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> "Option":
        if self.name in RESERVED_OPTIONS:
            raise ValueError(f"{self.name} is reserved for every domain; reserved: {', '.join(RESERVED_OPTIONS)}")
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError(f"{self.name}: choices belong to the kind `choice`, and only to it")
        return self


class MetricDefinition(Contract):
    name: str
    regex: str = Field(max_length=500, description="one group: the value, in a log line")


class TunedRange(Contract):
    """A hyperparameter that a tuning job varies."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: Literal["int", "float"]
    minimum: float
    maximum: float
    logarithmic: bool = False


class TuningSpec(Contract):
    """A search by a SageMaker tuning job: each of its jobs trains once, and the best one's values train the run."""

    objective: str = Field(description="a metric the container logs; more is better")
    ranges: tuple[TunedRange, ...] = Field(min_length=1, max_length=30)
    fixed: dict[str, str] = Field(default={}, description="hyperparameters that make a run one job of a search")
    parallel_jobs: int = Field(default=2, ge=1, le=10)
    max_runtime_s: int = Field(default=3600, ge=60, description="of each of the search's jobs")


class Machines(Contract):
    """What a training job runs on, and how long; limits in seconds and GB."""

    image_uri: str
    instance_type: str
    allowed_instance_types: tuple[str, ...] = Field(min_length=1)
    instance_count: int = Field(default=1, ge=1)
    volume_gb: int = Field(default=30, ge=1)
    max_runtime_s: int = Field(ge=1, le=28 * 86_400)
    max_wait_s: int = Field(default=0, ge=0, description="spot only: runtime and waiting together; >= max_runtime_s")
    spot: bool = False

    @model_validator(mode="after")
    def _possible(self) -> Self:
        faults = []
        if self.instance_type not in self.allowed_instance_types:
            faults.append(f"instance_type {self.instance_type} is not among {', '.join(self.allowed_instance_types)}")
        if self.max_wait_s < self.max_runtime_s and (self.spot or self.max_wait_s > 0):
            faults.append(f"max_wait_s {self.max_wait_s} is below max_runtime_s {self.max_runtime_s}; spot needs more")
        if faults:
            raise ValueError("; ".join(faults))
        return self


class Throughput(Contract):
    """What whole runs of a strategy were measured to get through, with the options that it has by default."""

    rows_per_s: float = Field(gt=0, description="raw rows, from the job's start to its package")
    overhead_s: float = Field(default=0, ge=0, description="of a run however few its rows, likewise")
    vcpus: int = Field(ge=1, description="of the machine they were measured on")
    most_vcpus: int | None = Field(default=None, ge=1, description="of all hosts; more are not counted on. None: all")
    measured_on: str = Field(description="machine, date and program, as a sentence names them")
    bytes_per_row: float = Field(gt=0, description="of raw data; tells rows of a size")
    text_bytes_per_row: float | None = Field(default=None, gt=0, description="of .csv; None: as of other data")


class StrategySpec(Machines):
    """One way to train, for raw data of a certain size."""

    name: str
    below_gb: float | None = Field(default=None, gt=0, description="of raw data, in 10^9 bytes; None: however much")
    defaults: dict[str, OptionValue] = Field(default={}, description="option -> its default, instead of its own")
    throughput: Throughput | None = None


class TrainingSpec(Machines):
    """How a domain trains. Where it has strategies, one of them says what the job runs on."""

    role_arn: str
    kms_key_id: str | None = None
    cost_limit_usd: float = Field(gt=0)
    options: tuple[Option, ...] = ()
    metric_definitions: tuple[MetricDefinition, ...] = Field(default=(), max_length=40)
    tuning: TuningSpec | None = Field(default=None, description="what the option `tuningJobs` starts")
    strategies: tuple[StrategySpec, ...] = Field(default=(), description="by size, what takes however much last")
    diagnoses: bool = Field(default=False, description="the kind of data has an inspection, for the option `diagnose`")
    pretrained_uri: str | None = Field(default=None, description="s3:// folder that holds model.pt")
    network_isolation: bool = True
    tracking_uri: str | None = Field(default=None, description="MLflow: a URL, a SageMaker MLflow ARN or a sqlite file")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = []
        if self.network_isolation and self.tracking_uri is not None and self.tracking_uri.startswith(("http", "arn:")):
            faults.append(f"tracking_uri {self.tracking_uri} cannot be reached with network isolation; turn one off")
        if self.tuning is not None and self.tuning.objective not in [one.name for one in self.metric_definitions]:
            faults.append(f"tuning's objective {self.tuning.objective} is none of the metrics that the container logs")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def by(self, strategy: StrategySpec) -> Self:
        """As it trains by `strategy`."""
        options = tuple(
            option.model_copy(update={"default": strategy.defaults.get(option.name, option.default)})
            for option in self.options
        )
        machines = {name: getattr(strategy, name) for name in Machines.model_fields}
        return self.model_copy(update={"options": options, **machines})
