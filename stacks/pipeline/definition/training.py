"""How a domain trains: container, machines, options, and what a run may take and cost."""

from dataclasses import dataclass, replace

from lambdas.training_trigger.spec import Option, TuningSpec
from stacks.pipeline.definition.durations import hours
from stacks.pipeline.pretrained import PretrainedWeights
from stacks.pipeline.strategy import Strategy, strategy_problems
from stacks.shared.base_image import base_image
from stacks.shared.source_tree import copied
from stacks.shared.validation import Problems

EDGE_EXPORT = "edge_export"
"""The hyperparameter of containers that can."""
TORCH_RUN = "training_containers/torch_run"


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
