"""The release function's environment variables, its events (one an action) and its result."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, SerializeAsAny, TypeAdapter, model_validator

from inference.contracts.base import Contract
from inference.contracts.tasks import TaskName
from lambdas.common.function_variables import FROM_JSON, FunctionVariables
from lambdas.endpoint_release.decision_models import DecisionEvent
from lambdas.endpoint_release.targets import TargetSpec, target_spec
from lambdas.endpoint_release.targets.base import TargetPlace
from lambdas.endpoint_release.update_models import UpdateEvent


class RolloutSpec(Contract):
    """Steps of traffic, and the limits that a challenger must keep in each; times in seconds unless named otherwise."""

    steps: tuple[int, ...] = (10, 50, 100)
    bake_s: int = Field(default=900, ge=1, description="traffic is watched so long before a step is checked")
    max_bakes: int = Field(default=4, ge=1, description="a quiet step bakes so many times before it is checked anyway")
    max_error_rate: float = Field(default=0.01, ge=0, le=1)
    max_timeout_rate: float = Field(
        default=0.05, ge=0, le=1, description="share of answers that miss the router's timeout of a challenger"
    )
    max_p95_ms: float = Field(default=1500.0, gt=0, description="below the router's timeout of a challenger")
    max_disagreement: float = Field(default=0.2, ge=0, le=1, description="share of answers unlike the champion's")
    minimum_requests: int = Field(default=50, ge=0, description="fewer make a step quiet, unless they break a limit")
    endpoint_timeout_s: int = Field(default=1800, ge=1, description="a target that is not ready by then failed")

    @model_validator(mode="after")
    def _rises_to_all(self) -> "RolloutSpec":
        if not self.steps or list(self.steps) != sorted(set(self.steps)) or self.steps[0] < 1 or self.steps[-1] != 100:
            raise ValueError(f"steps are {self.steps}; they rise from at least 1 to exactly 100 percent")
        return self


class EndpointReleaseVariables(FunctionVariables):
    domain: str
    task: TaskName
    app: str
    releases_table: str
    artifacts_bucket: str
    endpoint_role_arn: str
    champion_parameter: str
    devices_table: str | None = None
    devices_key: str | None = None
    namespace: str = "Vigil"
    target: Annotated[SerializeAsAny[TargetSpec], BeforeValidator(target_spec), FROM_JSON]
    rollout: Annotated[RolloutSpec, FROM_JSON]

    @property
    def place(self) -> TargetPlace:
        return TargetPlace(
            app=self.app,
            domain=self.domain,
            role_arn=self.endpoint_role_arn,
            artifacts_bucket=self.artifacts_bucket,
            devices_table=self.devices_table or "",
            devices_key=self.devices_key or "",
        )


class _Action(Contract):
    execution: str = Field(
        min_length=1, description="$states.context.Execution.Id: a retry has the same, a duplicate event not"
    )


class Prepare(_Action):
    """Take an approved package on as the challenger and start it on its target."""

    action: Literal["prepare"]
    model_package_arn: str = Field(pattern=r"^arn:[^:]+:sagemaker:[^:]*:\d{12}:model-package/.+/\d+$")
    approved_at: AwareDatetime = Field(description="the event's `time`: no package is released twice for one approval")


class EndpointStatus(_Action):
    action: Literal["endpoint_status"]
    release: str


class Golden(_Action):
    """Replay the package's golden requests."""

    action: Literal["golden"]
    release: str


class Shift(_Action):
    """Give the challenger the traffic of one step."""

    action: Literal["shift"]
    release: str
    step: int = Field(ge=0)


class Check(_Action):
    """Hold the step's errors, latency and disagreement against the rollout's limits."""

    action: Literal["check"]
    release: str
    step: int = Field(ge=0)


class Promote(_Action):
    action: Literal["promote"]
    release: str


class RollBack(_Action):
    action: Literal["roll_back"]
    release: str | None = Field(default=None, description="None: the challenger of this execution")
    reason: str


class Leave(_Action):
    """End an execution whose release a person has promoted or undone meanwhile."""

    action: Literal["leave"]
    reason: str


ReleaseEvent = Annotated[
    Prepare | EndpointStatus | Golden | Shift | Check | Promote | RollBack | Leave | UpdateEvent | DecisionEvent,
    Field(discriminator="action"),
]
RELEASE_EVENT: TypeAdapter[ReleaseEvent] = TypeAdapter(ReleaseEvent)


ReleaseStatus = Literal[
    "started", "ignored", "waiting", "ready", "creating", "failed", "passed", "shifted", "quiet", "promoted",
    "rolled_back", "refused",
]  # fmt: skip


class ReleaseResult(Contract):
    """What the Choice states read. `status` by action:

    prepare: `started`, `ignored` (a duplicate, or no longer approved), `waiting` (behind another)
    endpoint_status: `ready`, `creating`, `failed`          golden: `passed`, `failed`
    shift: `shifted`                                        check: `passed`, `failed`, `quiet` (bake again)
    promote: `promoted`                                     roll_back: `rolled_back`, `ignored` (nothing to undo)
    leave: `ignored`                                        manual_*: as their action, or `refused`
    """

    action: str
    status: ReleaseStatus
    release: str
    reason: str = Field(default="", description="of `failed`, `ignored`, `waiting`: RollBack takes it as it is")
    step: int = Field(default=0, ge=0)
    percentage: int = Field(default=0, ge=0, le=100)
    next_step: int | None = Field(default=None, description="of `check`: the step to shift to; None: promote")
    bake_s: int = Field(default=1, ge=1)
    next_package: "NextPackage | None" = Field(default=None, description="of promote, roll_back: prepare this one now")


class NextPackage(Contract):
    """An approval that waited; its fields are those of Prepare."""

    model_package_arn: str
    approved_at: AwareDatetime


ReleaseResult.model_rebuild()
