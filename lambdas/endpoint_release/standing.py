"""Who may act: a package that wants to start, an action about a release on trial. Pure."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from lambdas.common.errors import VigilError
from lambdas.common.release_state import Release, ReleaseState
from lambdas.endpoint_release.models import Prepare, RolloutSpec


class NotOnTrialError(VigilError):
    """An action is about a release that is not, or no longer, the challenger."""


def challenger(state: ReleaseState, release: str, execution: str) -> Release:
    """The challenger, which this execution must drive; raises NotOnTrialError."""
    trial = state.challenger
    if trial is None or trial.release != release or trial.execution != execution:
        now = "nobody is" if trial is None else f"{trial.release} is, driven by {trial.execution}"
        raise NotOnTrialError(f"Release {release} of {state.domain} is not on trial under {execution}; {now}.")
    return trial


class NoSuchStepError(VigilError):
    """The state machine and the rollout do not agree how many steps there are."""


class Standing(NamedTuple):
    verdict: Literal["start", "continue", "take_over", "waiting", "ignored"]
    reason: str = ""


def standing(
    state: ReleaseState, event: Prepare, approval_status: str, rollout: RolloutSpec, now: datetime
) -> Standing:
    """One approval starts one release, however often its event is delivered."""
    trial = state.challenger
    if trial is not None and trial.model_package_arn == event.model_package_arn:
        if trial.execution == event.execution:
            return Standing("continue")
        if not _abandoned(state, rollout, now):
            return Standing("ignored", f"{trial.release} is on trial already, driven by {trial.execution}")
    ended = max(
        (
            ends[event.model_package_arn]
            for ends in (state.promoted, state.rolled_back)
            if event.model_package_arn in ends
        ),
        default=None,
    )
    if ended is not None and event.approved_at <= ended:
        return Standing("ignored", f"its trial ended at {ended.isoformat()}; approve it again to try it again")
    if approval_status != "Approved":
        return Standing("ignored", f"it is {approval_status}, no longer Approved")
    if trial is None:
        return Standing("start")
    if _abandoned(state, rollout, now):
        return Standing("take_over", f"nothing has driven {trial.release} since {state.updated_at}")
    if event.model_package_arn in {one.model_package_arn for one in state.waiting}:
        return Standing("ignored", f"it waits already for {trial.release} to end")
    return Standing("waiting", f"{trial.release} is on trial; this one is next when it ends")


def _abandoned(state: ReleaseState, rollout: RolloutSpec, now: datetime) -> bool:
    """Nothing happened for longer than the release state machine ever waits: its execution was ended from outside."""
    longest = timedelta(seconds=rollout.endpoint_timeout_s + rollout.bake_s * rollout.max_bakes)
    return state.updated_at is not None and now - state.updated_at > longest


def require_step(step: int, rollout: tuple[int, ...]) -> None:
    """Raises NoSuchStepError."""
    if step >= len(rollout):
        raise NoSuchStepError(
            f"Step {step} does not exist; the rollout's steps are 0 to {len(rollout) - 1}: {rollout}."
        )
