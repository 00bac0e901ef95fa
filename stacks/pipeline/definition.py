"""What makes a domain itself. Data, not logic: each part is the model that the stage's function reads."""

from dataclasses import dataclass, replace

from inference.contracts.tasks import TASKS
from inference.contracts.tasks.pictures import PICTURES
from lambdas.data_prep.kinds import DataSpec, has_batches
from lambdas.drift_monitor.models import DriftSpec
from lambdas.endpoint_release.models import RolloutSpec, TargetSpec
from lambdas.model_gate.models import GateSpec, Requirement
from lambdas.retraining_trigger.models import RetrainingSpec
from lambdas.review.models import ReviewSpec
from lambdas.training_trigger.models import RESERVED_OPTIONS, SUBMISSION, Option, TuningSpec
from stacks.pipeline.pretrained import PretrainedWeights
from stacks.pipeline.strategy import Strategy, strategy_problems
from stacks.shared.base_image import base_image
from stacks.shared.source_tree import copied
from stacks.shared.validation import Problems


def at_least(metric: str, value: float) -> Requirement:
    return Requirement(metric=metric, at_least=value)


def at_most(metric: str, value: float) -> Requirement:
    return Requirement(metric=metric, at_most=value)


def surely_at_least(metric: str, value: float) -> Requirement:
    """The low end of the metric's 95 % interval is at least so much."""
    return Requirement(metric=metric, at_least=value, judged_on="interval")


def surely_at_most(metric: str, value: float) -> Requirement:
    """The high end of the metric's 95 % interval is at most so much."""
    return Requirement(metric=metric, at_most=value, judged_on="interval")


def minutes(count: float) -> int:
    """In seconds."""
    return round(count * 60)


def hours(count: float) -> int:
    """In seconds."""
    return round(count * 3600)


@dataclass(frozen=True, kw_only=True)
class Training:
    """How a domain trains. `container` is the folder in `training_containers/`."""

    container: str
    instance: str
    or_instances: tuple[str, ...] = ()
    """What a caller may ask for instead; all must run the same base image."""
    instance_count: int = 1
    """Hosts of one job; more need a container that splits its work among processes (`torch_run`)."""
    spot: bool = True
    max_runtime_s: int = hours(4)
    max_wait_s: int = hours(8)
    volume_gb: int = 30
    cost_limit_usd: float
    """A run whose worst case costs more is refused before it starts."""
    options: tuple[Option, ...]
    metrics: tuple[str, ...]
    """Names the container logs as `name=value`."""
    tuning: TuningSpec | None = None
    """The search by a SageMaker tuning job that a caller may ask for; with strategies, of one that is asked for too."""
    pretrained: PretrainedWeights | None = None
    strategies: tuple[Strategy, ...] = ()
    """Ways to train by the size of the raw data, smallest first; none: there is one way."""

    @property
    def exports_edge(self) -> bool:
        """Whether its runs can export a model for devices, which takes an environment of its own in the image."""
        return any(option.hyperparameter == EDGE_EXPORT for option in self.options)

    def by(self, strategy: Strategy) -> "Training":
        """As it trains by `strategy`."""
        return replace(self, strategies=(), **strategy.changes)

    @property
    def ways(self) -> tuple["Training", ...]:
        return tuple(map(self.by, self.strategies)) or (self,)

    def __post_init__(self) -> None:
        problems = Problems(f"training in {self.container}")
        for problem in strategy_problems(self.strategies, self.options):
            problems.add(problem)
        for strategy in self.strategies:
            try:
                self.by(strategy)
            except ValueError as error:
                problems.add(f"strategy {strategy.name}: {error}")
        ours = base_image(self.instance)
        for instance in self.or_instances:
            problems.require(
                base_image(instance) == ours, f"{instance} needs another base image than {self.instance} ({ours})"
            )
        problems.require(self.instance_count >= 1, f"instance_count is {self.instance_count}; at least 1")
        problems.require(
            self.instance_count <= 1 or TORCH_RUN in copied(f"training_containers/{self.container}/Dockerfile"),
            f"instance_count is {self.instance_count}, and the image has no {TORCH_RUN} to split its work with: set 1",
        )
        problems.require(self.cost_limit_usd > 0, f"cost_limit_usd is {self.cost_limit_usd}; above 0 is allowed")
        problems.require(
            not self.spot or self.max_wait_s >= self.max_runtime_s,
            f"max_wait_s {self.max_wait_s} is below max_runtime_s {self.max_runtime_s}; spot needs at least as much",
        )
        problems.raise_any()


@dataclass(frozen=True, kw_only=True)
class LabelledAccuracy:
    """Labels are taken for answered requests, and an alarm tells when too few answers were right."""

    namespace: str
    at_least: float
    """Of the labels of an hour."""


EDGE_EXPORT = "edge_export"
"""The hyperparameter of containers that can."""
TORCH_RUN = "training_containers/torch_run"
LONGEST_NAME = 13
"""`vigil-<domain>-<12 hex digits>` names a tuning job, and SageMaker allows it 32 characters."""


@dataclass(frozen=True, kw_only=True)
class DomainDefinition:
    name: str
    task: str
    """What its models answer: a name in `inference.contracts.tasks`."""
    data: DataSpec
    large_data: bool = False
    """Prepare in batches under a Distributed Map: for more than one function call can read in 15 minutes."""
    training: Training
    gate: GateSpec
    target: TargetSpec
    """Where releases run."""
    rollout: RolloutSpec
    accuracy: LabelledAccuracy | None = None
    """None: nobody labels what was answered."""
    review: ReviewSpec | None = None
    """None: people do not review what was answered."""
    drift: DriftSpec = DriftSpec()
    retraining: RetrainingSpec | None = None
    """None: it trains when somebody says so."""

    def __post_init__(self) -> None:
        problems = Problems(f"domain {self.name!r}")
        problems.require(self.name.isalnum() and self.name.islower(), "name: lower-case letters and digits only")
        problems.require(self.task in TASKS, f"task is {self.task!r}; {', '.join(sorted(TASKS))} are known")
        problems.require(
            self.target.parts[0].answers,
            f"target is {self.target.parts[0].kind!r}, which answers no golden request; put one that does before it: "
            "SeveralSpec(targets=(ServerlessSpec(), ...))",
        )
        problems.require(
            len(self.name) <= LONGEST_NAME,
            f"name has {len(self.name)} characters; {LONGEST_NAME} at most (names of tuning jobs)",
        )
        if self.review is not None:
            problems.require(
                self.task in TASKS and set(TASKS[self.task].reads) <= set(PICTURES),
                f"review: task {self.task!r} is not asked about pictures, and people review pictures; leave it out",
            )
            problems.require(
                self.data.reviewed_rows is not None,
                f"review: data of kind {self.data.kind} take no labels from reviews; leave it out",
            )
        problems.require(
            not self.large_data or has_batches(self.data),
            f"large_data: data of kind {self.data.kind} is prepared in one call and has no batches; leave it out",
        )
        known = {*RESERVED_OPTIONS, *(option.name for option in self.training.options)} - {
            "runToken",
            "reason",
            SUBMISSION,
        }
        unknown = sorted({*(self.retraining.options if self.retraining else ())} - known)
        problems.require(
            not unknown, f"retraining: options {', '.join(unknown)} are unknown; known: {', '.join(sorted(known))}"
        )
        problems.raise_any()
