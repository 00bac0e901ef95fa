"""State `RollBack`, from any point of a release; and an operator's way back to the champion before this one."""

from lambdas.common.release_state import ReleaseState
from lambdas.endpoint_release import logic
from lambdas.endpoint_release.models import ReleaseResult, RollBack
from lambdas.endpoint_release.tools import Tools, next_package


def run(event: RollBack, tools: Tools) -> ReleaseResult:
    before = tools.state()
    after, release = _undo(before, event, tools)
    if after is not before:
        after = tools.table.write(after)
        tools.emit("RolledBack")
    if after.champion is not None:
        tools.champion.set(after.champion.endpoint)
    after = tools.sweep(after)
    undone = after.history[-1:] and after.history[-1].event == "rolled_back" and after.history[-1].release == release
    return tools.result(
        "roll_back",
        "rolled_back" if undone else "ignored",
        release,
        reason=event.reason if undone else "there is nothing to undo",
        next_package=next_package(after),
    )


def _undo(state: ReleaseState, event: RollBack, tools: Tools) -> tuple[ReleaseState, str]:
    """The state after, or the very same one when there is nothing (left) to undo; and the release it is about."""
    trial, champion = state.challenger, state.champion
    if trial is not None and (event.release == trial.release or trial.execution == event.execution):
        return logic.end_trial(state, trial, event.reason, tools.now), trial.release
    # Only by name: an execution that has promoted one release and fails at the next must not undo the first.
    if champion is not None and event.release == champion.release and state.previous is not None:
        return logic.restore(state, champion, state.previous, event.reason, tools.now), champion.release
    return state, event.release if event.release is not None else ""
