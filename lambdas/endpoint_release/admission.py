"""Admission: whether a package may start its release, and whether an execution drives the challenger. Pure."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from lambdas.common.errors import VigilError
from lambdas.common.release_state import Release, ReleaseState
from lambdas.endpoint_release.models import Prepare, RolloutSpec


class NotTheChallengerError(VigilError):
    """An action is about a release that is not, or no longer, the challenger of its execution."""


def require_challenger(state: ReleaseState, release: str, execution: str) -> Release:
    """The challenger, if it is this release and this execution drives it; raises NotTheChallengerError."""
    challenger = state.challenger
    if challenger is None or challenger.release != release or challenger.execution != execution:
        now = "there is none" if challenger is None else f"{challenger.release} is, driven by {challenger.execution}"
        raise NotTheChallengerError(
            f"Release {release} of {state.domain} is not the challenger that {execution} drives; {now}."
        )
    return challenger


class NoSuchStepError(VigilError):
    """The state machine and the rollout do not agree how many steps there are."""


class Admission(NamedTuple):
    verdict: Literal["start", "continue", "take_over", "waiting", "ignored"]
    reason: str = ""


def admit(state: ReleaseState, event: Prepare, approval_status: str, rollout: RolloutSpec, now: datetime) -> Admission:
    """One approval starts one release, however often its event is delivered."""
    challenger = state.challenger
    if challenger is not None and challenger.model_package_arn == event.model_package_arn:
        if challenger.execution == event.execution:
            return Admission("continue")
        if not _abandoned(state, rollout, now):
            return Admission(
                "ignored", f"{challenger.release} is the challenger already, driven by {challenger.execution}"
            )
    ended = max(
        (
            ends[event.model_package_arn]
            for ends in (state.promoted, state.rolled_back)
            if event.model_package_arn in ends
        ),
        default=None,
    )
    if ended is not None and event.approved_at <= ended:
        return Admission("ignored", f"its release ended at {ended.isoformat()}; approve it again to release it again")
    if approval_status != "Approved":
        return Admission("ignored", f"it is {approval_status}, no longer Approved")
    if challenger is None:
        return Admission("start")
    if _abandoned(state, rollout, now):
        return Admission("take_over", f"nothing has driven {challenger.release} since {state.updated_at}")
    if event.model_package_arn in {one.model_package_arn for one in state.waiting}:
        return Admission("ignored", f"it waits already for {challenger.release} to end")
    return Admission("waiting", f"{challenger.release} is being released; this one is next when it ends")


def _abandoned(state: ReleaseState, rollout: RolloutSpec, now: datetime) -> bool:
    """Whether the execution was ended from outside: no change for longer than a state machine ever waits."""
    longest = timedelta(seconds=rollout.endpoint_timeout_s + rollout.bake_s * rollout.max_bakes)
    return state.updated_at is not None and now - state.updated_at > longest


def require_step(step: int, rollout: tuple[int, ...]) -> None:
    """Raises NoSuchStepError."""
    if step >= len(rollout):
        raise NoSuchStepError(
            f"Step {step} does not exist; the rollout's steps are 0 to {len(rollout) - 1}: {rollout}."
        )
