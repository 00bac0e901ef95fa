"""What the registry answers."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from inference.contracts.base import Contract
from lambdas.common.api_resolver import Problem
from lambdas.common.release_state import HistoryEntry, Release, ReleaseState

Approval = Literal["approved", "rejected", "pending"]
APPROVALS: dict[str, Approval] = {
    "Approved": "approved",
    "Rejected": "rejected",
    "PendingManualApproval": "pending",
}
"""SageMaker's words -> ours."""
Role = Literal["champion", "challenger", "previous", "nothing"]


class ReleaseView(Contract):
    release: str
    version: int
    since: AwareDatetime


class ModelSummary(Contract):
    name: str
    revision: int = Field(description="changes with each step of a release; a decision may name it")
    status: Literal["idle", "preparing", "rolling_out"]
    champion: ReleaseView | None
    challenger: ReleaseView | None
    percentage: int = Field(description="of callers and devices that meet the challenger")


class VersionSummary(Contract):
    version: int
    approval: Approval
    registered: AwareDatetime


class ModelView(ModelSummary):
    previous: ReleaseView | None = Field(description="the last champion, kept for a rollback")
    waiting: tuple[int, ...] = Field(description="approved versions that wait for the release under way to end")
    alarms: tuple[str, ...] = Field(description="why the last release was rolled back, if it was")
    versions: tuple[VersionSummary, ...] = Field(description="the newest, newest first")
    history: tuple[HistoryEntry, ...]


class VersionView(VersionSummary):
    name: str
    serves: Role
    percentage: int = Field(description="of callers and devices that meet it")
    reasons: str = Field(description="of the gate's decision, or of the person's")
    evidence: dict[str, str] = Field(description="metrics, `<metric>.interval`, run, dataset_version, sha256s")
    history: tuple[HistoryEntry, ...]


class Models(Contract):
    models: tuple[ModelSummary, ...]


class Conflict(Contract):
    """The decision was about something that is no longer so."""

    error: Problem
    request_id: str
    current: ModelView | None = None


def version_of(arn: str) -> int:
    return int(arn.rpartition("/")[2])


def release_view(release: Release | None) -> ReleaseView | None:
    if release is None:
        return None
    return ReleaseView(release=release.release, version=version_of(release.model_package_arn), since=release.since)


def model_summary(state: ReleaseState) -> ModelSummary:
    return ModelSummary(
        name=state.domain,
        revision=state.revision,
        status=state.status,
        champion=release_view(state.champion),
        challenger=release_view(state.challenger),
        percentage=state.percentage,
    )


def model_view(state: ReleaseState, versions: Sequence[VersionSummary]) -> ModelView:
    return ModelView(
        **dict(model_summary(state)),
        previous=release_view(state.previous),
        waiting=tuple(version_of(one.model_package_arn) for one in state.waiting),
        alarms=state.alarms,
        versions=tuple(versions),
        history=state.history,
    )


def version_summary(found: dict[str, Any]) -> VersionSummary:
    """From an item of ListModelPackages, or from DescribeModelPackage."""
    return VersionSummary(
        version=found["ModelPackageVersion"],
        approval=APPROVALS[found["ModelApprovalStatus"]],
        registered=found["CreationTime"],
    )


def version_view(state: ReleaseState, package: dict[str, Any]) -> VersionView:
    """`package`: DescribeModelPackage."""
    summary = version_summary(package)
    roles: dict[Role, Release | None] = {
        "champion": state.champion,
        "challenger": state.challenger,
        "previous": state.previous,
    }
    arn = package["ModelPackageArn"]
    serves: Role = next(
        (role for role, one in roles.items() if one is not None and one.model_package_arn == arn), "nothing"
    )
    shares = {"champion": 100 - state.percentage, "challenger": state.percentage}
    return VersionView(
        **dict(summary),
        name=state.domain,
        serves=serves,
        percentage=shares.get(serves, 0),
        reasons=package.get("ApprovalDescription") or package.get("ModelPackageDescription", ""),
        evidence=package.get("CustomerMetadataProperties", {}),
        history=tuple(entry for entry in state.history if entry.release.startswith(f"r{summary.version}-")),
    )
