"""State `Check`: did the challenger hold to the rollout's limits in this step?"""

from datetime import datetime

from lambdas.common.release_state import ReleaseState
from lambdas.endpoint_release import transitions
from lambdas.endpoint_release.admission import require_challenger, require_step
from lambdas.endpoint_release.context import ReleaseContext
from lambdas.endpoint_release.golden import replay_through
from lambdas.endpoint_release.judgement import judge
from lambdas.endpoint_release.limits import Judgement, worst
from lambdas.endpoint_release.models import Check, ReleaseResult


def run(event: Check, context: ReleaseContext) -> ReleaseResult:
    state = context.state()
    challenger = require_challenger(state, event.release, event.execution)
    require_step(event.step, context.env.rollout.steps)
    if _raised_lately(state, context):
        reason = "a person raised the share within this bake; it bakes once more"
        return context.result("check", "quiet", event.release, reason=reason, step=event.step)
    since = challenger.since if state.step_since is None else state.step_since
    last = _is_last_check(state, event, since, context)
    asked = judge(context.metrics.read(event.release, since, context.now), context.env.rollout, last=last)
    health = context.target.health(event.release, state.percentage, since, last=last)
    judgement = worst((asked, health))
    if judgement.status == "quiet" and last:
        fault = replay_through(challenger, context)
        judgement = Judgement("failed", fault) if fault else Judgement("passed", f"{judgement.reason}; golden again")
    context.table.write(
        transitions.noted(state, context.now, event.release, "checked", f"{judgement.status}: {judgement.reason}")
    )
    final = event.step + 1 == len(context.env.rollout.steps)
    return context.result(
        "check",
        judgement.status,
        event.release,
        reason=judgement.reason,
        step=event.step,
        percentage=state.percentage,
        next_step=None if final else event.step + 1,
    )


def _raised_lately(state: ReleaseState, context: ReleaseContext) -> bool:
    """Whether the share that is checked has not had a whole bake, since a person raised it."""
    raised = [entry.at for entry in state.history if entry.event == transitions.RAISED]
    return bool(raised) and (context.now - raised[-1]).total_seconds() < context.env.rollout.bake_s


def _is_last_check(state: ReleaseState, event: Check, since: datetime, context: ReleaseContext) -> bool:
    """Whether the step has baked as often as it may; a first release, which nobody asks yet, bakes once."""
    rollout = context.env.rollout
    bakes = rollout.max_bakes if state.champion is not None else 1
    return event.step != state.step or (context.now - since).total_seconds() >= rollout.bake_s * bakes
