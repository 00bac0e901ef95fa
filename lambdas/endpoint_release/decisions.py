"""Actions that a person decides: raise the challenger's share, promote it now, or undo a release.

A decision is refused, and nothing changed, when the release state is not what the person decided about. The execution
that drove the release ends by itself: see `Leave`.
"""

from lambdas.common.release_state import Release, ReleaseState
from lambdas.endpoint_release import transitions
from lambdas.endpoint_release.context import ReleaseContext, next_package
from lambdas.endpoint_release.decision_models import Decision, ManualPromote, ManualRollBack, ManualShift
from lambdas.endpoint_release.models import Leave, ReleaseResult


class _Refused(Exception):
    """The sentence for the person."""


def shift(event: ManualShift, context: ReleaseContext) -> ReleaseResult:
    """The target follows the state: where two decide at once, the one whose write fails moves nothing."""
    try:
        state = context.state()
        challenger = _rolling_out(state, event)
        if event.percentage <= state.percentage:
            raise _Refused(f"{event.release} has {state.percentage} % already; a share only rises, or is rolled back")
    except _Refused as refused:
        return context.result(event.action, "refused", event.release, reason=str(refused))
    detail = f"{event.percentage} %, by {event.by}"
    after = context.table.write(transitions.raise_share(state, event.percentage, detail, context.now))
    context.target.shift(challenger.release, after.percentage, ())
    return context.result(event.action, "shifted", event.release, percentage=after.percentage)


def promote(event: ManualPromote, context: ReleaseContext) -> ReleaseResult:
    try:
        state = context.state()
        challenger = _rolling_out(state, event)
    except _Refused as refused:
        return context.result(event.action, "refused", event.release, reason=str(refused))
    noted = transitions.noted(state, context.now, event.release, "decided", f"promote, by {event.by}")
    after = context.table.write(transitions.promote(noted, challenger, context.now))
    context.emit("Promoted")
    context.give_all_traffic(challenger)
    context.sweep(after)
    return context.result(event.action, "promoted", event.release)


def roll_back(event: ManualRollBack, context: ReleaseContext) -> ReleaseResult:
    """The release under way, or the champion, which gives way to the one before it."""
    reason = f"{event.reason} (by {event.by})"
    state = context.state()
    try:
        _require_revision(state, event)
        if state.challenger is not None and state.challenger.release == event.release:
            leaving = state.challenger
            after = transitions.remove_challenger(state, leaving, reason, context.now)
        elif state.champion is not None and state.champion.release == event.release and state.previous is not None:
            leaving = state.champion
            after = transitions.restore(state, leaving, state.previous, reason, context.now)
        else:
            raise _Refused(
                f"{event.release} is not being released, nor is it a champion with an earlier one to return to"
            )
    except _Refused as refused:
        return context.result(event.action, "refused", event.release, reason=str(refused))
    after = context.table.write(after)
    context.emit("RolledBack")
    if after.champion is not None:
        context.give_all_traffic(after.champion)
    context.sweep(after)
    return context.result(event.action, "rolled_back", leaving.release, reason=reason)


def leave(event: Leave, context: ReleaseContext) -> ReleaseResult:
    """The execution's release was decided meanwhile: it undoes nothing and takes what has waited behind it.

    What was decided is carried out once more, for who decided may have broken off after writing it down.
    """
    state = context.state()
    if state.champion is not None and state.challenger is None:
        context.give_all_traffic(state.champion)
        state = context.sweep(state)
    return context.result("leave", "ignored", "", reason=event.reason, next_package=next_package(state))


def _rolling_out(state: ReleaseState, event: ManualShift | ManualPromote) -> Release:
    """The challenger, if it is the release that was decided about and has stood its golden requests."""
    _require_revision(state, event)
    challenger = state.challenger
    if challenger is None or challenger.release != event.release:
        now = "no release is under way" if challenger is None else f"{challenger.release} is being released"
        raise _Refused(f"{event.release} is not the challenger of {state.domain}: {now}")
    if state.status != "rolling_out":
        raise _Refused(f"{event.release} is being prepared and has no traffic yet; decide again when it has")
    return challenger


def _require_revision(state: ReleaseState, event: Decision) -> None:
    if event.revision is not None and event.revision != state.revision:
        raise _Refused(f"the release state is revision {state.revision} now, not {event.revision}: look at it again")
