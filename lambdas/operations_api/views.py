"""What the operations API answers."""

from typing import Literal

from pydantic import AwareDatetime, ConfigDict, Field

from inference.contracts.base import Contract
from inference.contracts.drift import DriftReport

Status = Literal["running", "succeeded", "failed", "timed_out", "aborted", "pending_redrive"]
"""Step Functions' words."""


class Verdict(Contract):
    """The gate's decision on a run."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: Literal["approved", "pending", "rejected", "dry_run"]
    version: int | None = Field(default=None, description="of the registered model; None: a dry run")
    reasons: tuple[str, ...] = ()


class RunView(Contract):
    run: str
    status: Status
    started: AwareDatetime
    ended: AwareDatetime | None = Field(description="None: it is under way")
    reason: str = Field(description="why there is a run; empty: nobody said")
    fault: str = Field(default="", description="why it failed")
    dry_run: bool = Field(default=False, description="it registers nothing")
    verdict: Verdict | None = Field(default=None, description="None: the gate has not decided")
    dataset_version: str | None = None
    metrics: dict[str, float] = Field(default={}, description="of the test split, by the names of the evaluation")
    champion: dict[str, float] = Field(default={}, description="the champion's of that time, on the same test split")


class Runs(Contract):
    runs: tuple[RunView, ...] = Field(description="newest first")
    next: str | None = Field(description="`after` of the next page; None: there is none")


class Started(Contract):
    """A run that was asked for has started."""

    status: Literal["started", "already_started"]
    run: str
    why: str


class Alarm(Contract):
    name: str
    state: Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
    since: AwareDatetime | None
    meaning: str = Field(description="what is wrong when it goes off")
    reason: str = Field(description="for its state, as CloudWatch says it")


class Serving(Contract):
    release: str
    version: int
    since: AwareDatetime


class DomainHealth(Contract):
    name: str
    status: Literal["idle", "preparing", "rolling_out"] = Field(description="of its releases")
    champion: Serving | None
    challenger: Serving | None
    percentage: int = Field(description="of callers and devices that meet the challenger")
    step: int = Field(description="of the rollout, from 0")
    rolled_back: tuple[str, ...] = Field(description="why the last release was rolled back, if it was")
    alarms: tuple[Alarm, ...] = Field(description="those that went off first")


class Health(Contract):
    domains: tuple[DomainHealth, ...]
    alarms: tuple[Alarm, ...] = Field(description="of what domains share")


class Drift(Contract):
    reports: tuple[DriftReport, ...] = Field(description="newest first")
