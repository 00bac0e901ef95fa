"""What makes a domain itself, stage by stage, and what of it cannot be."""

from dataclasses import dataclass

from inference.contracts.tasks import TASKS
from inference.contracts.tasks.pictures import PICTURES
from lambdas.data_prep.kinds import DataSpec, has_batches
from lambdas.drift_monitor.models import DriftSpec
from lambdas.endpoint_release.models import RolloutSpec, TargetSpec
from lambdas.model_gate.models import GateSpec
from lambdas.retraining_trigger.models import RetrainingSpec
from lambdas.review.models import ReviewSpec
from lambdas.training_trigger.spec import RESERVED_OPTIONS, SUBMISSION
from stacks.pipeline.definition.training import Training
from stacks.shared.validation import Problems

LONGEST_NAME = 13
"""`vigil-<domain>-<12 hex digits>` names a tuning job, and SageMaker allows it 32 characters."""


@dataclass(frozen=True, kw_only=True)
class LabelledAccuracy:
    """Labels are taken for answered requests, and an alarm tells when too few answers were right."""

    namespace: str
    at_least: float
    """Of the labels of an hour."""


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
