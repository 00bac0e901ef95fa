"""State `RollBack`: ends a release at any point; an operator returns to the previous champion with it."""

from lambdas.common.release_state import ReleaseState
from lambdas.endpoint_release import transitions
from lambdas.endpoint_release.context import ReleaseContext, next_package
from lambdas.endpoint_release.models import ReleaseResult, RollBack


def run(event: RollBack, context: ReleaseContext) -> ReleaseResult:
    before = context.state()
    after, release = _undo(before, event, context)
    if after is not before:
        after = context.table.write(after)
        context.emit("RolledBack")
    if after.champion is not None:
        context.give_all_traffic(after.champion)
    after = context.sweep(after)
    undone = after.history[-1:] and after.history[-1].event == "rolled_back" and after.history[-1].release == release
    return context.result(
        "roll_back",
        "rolled_back" if undone else "ignored",
        release,
        reason=event.reason if undone else "there is nothing to undo",
        next_package=next_package(after),
    )


def _undo(state: ReleaseState, event: RollBack, context: ReleaseContext) -> tuple[ReleaseState, str]:
    """The state after, or the very same one when there is nothing (left) to undo; and the release it is about."""
    challenger, champion = state.challenger, state.champion
    if challenger is not None and (event.release == challenger.release or challenger.execution == event.execution):
        return transitions.remove_challenger(state, challenger, event.reason, context.now), challenger.release
    # Only by name: an execution that has promoted one release and fails at the next must not undo the first.
    if champion is not None and event.release == champion.release and state.previous is not None:
        return transitions.restore(state, champion, state.previous, event.reason, context.now), champion.release
    return state, event.release if event.release is not None else ""
