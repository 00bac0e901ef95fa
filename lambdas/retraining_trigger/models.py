"""The retraining trigger's variables, its events and its result."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from inference.contracts.base import Contract
from lambdas.common.function_variables import FROM_JSON, FunctionVariables
from lambdas.common.review_progress import RetrainingRule


class RetrainingSpec(RetrainingRule):
    """When a domain trains again without anybody's doing."""

    on_drift: bool = Field(default=False, description="its drift alarm starts a run, too")
    look_every_s: int = Field(
        default=3600, ge=60, multiple_of=60, description="what was missed or had to wait is looked for so often"
    )
    options: dict[str, bool | int | float | str] = Field(default={}, description="of these runs, as a caller's payload")


class RetrainingTriggerVariables(FunctionVariables):
    domain: str
    detections_table: str
    training_trigger: str = Field(description="name of the function that starts a run")
    state_machine_arn: str = Field(description="of the domain's runs")
    retraining: Annotated[RetrainingSpec, FROM_JSON]


class Reviews(Contract):
    """Reviews were taught: `vigil-<domain>-review` says so each time, by an asynchronous invocation."""

    action: Literal["reviews"]


class Look(Contract):
    """By the schedule: what was missed or had to wait."""

    action: Literal["look"]


class Drift(Contract):
    """The domain's drift alarm went off."""

    action: Literal["drift"]
    alarm: str
    why: str = Field(max_length=2000)


class Person(Contract):
    """Somebody wants a run now."""

    action: Literal["person"]
    reason: str = Field(min_length=1, max_length=500)
    by: str = Field(min_length=1, max_length=500)


RetrainingEvent = Annotated[Reviews | Look | Drift | Person, Field(discriminator="action")]
EVENTS: TypeAdapter[Any] = TypeAdapter(RetrainingEvent)


class RetrainingResult(Contract):
    status: Literal["started", "already_started", "not_due", "waits"] = Field(
        description="`waits`: a run is under way, or the last one was too recently"
    )
    why: str = Field(description="a sentence for people")
    run: str | None = Field(default=None, description="the one that was started, or that is under way")
