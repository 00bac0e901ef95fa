"""State `Check`: did the challenger hold to the rollout's limits in this step?"""

from datetime import datetime

from lambdas.common.release_state import ReleaseState
from lambdas.endpoint_release import logic
from lambdas.endpoint_release.golden import replay_through
from lambdas.endpoint_release.judgement import Judgement, judge
from lambdas.endpoint_release.models import Check, ReleaseResult
from lambdas.endpoint_release.standing import challenger, require_step
from lambdas.endpoint_release.tools import Tools


def run(event: Check, tools: Tools) -> ReleaseResult:
    state = tools.state()
    trial = challenger(state, event.release, event.execution)
    require_step(event.step, tools.env.rollout.steps)
    since = trial.since if state.step_since is None else state.step_since
    last = _patience_is_over(state, event, since, tools)
    judgement = judge(tools.metrics.read(event.release, since, tools.now), tools.env.rollout, last=last)
    if judgement.status == "quiet" and last:
        fault = replay_through(trial, tools)
        judgement = Judgement("failed", fault) if fault else Judgement("passed", f"{judgement.reason}; golden again")
    tools.table.write(
        logic.noted(state, tools.now, event.release, "checked", f"{judgement.status}: {judgement.reason}")
    )
    final = event.step + 1 == len(tools.env.rollout.steps)
    return tools.result(
        "check",
        judgement.status,
        event.release,
        reason=judgement.reason,
        step=event.step,
        percentage=state.percentage,
        next_step=None if final else event.step + 1,
    )


def _patience_is_over(state: ReleaseState, event: Check, since: datetime, tools: Tools) -> bool:
    """Nobody asks a domain before its first release, so that one bakes but once."""
    rollout = tools.env.rollout
    bakes = rollout.max_bakes if state.champion is not None else 1
    return event.step != state.step or (tools.now - since).total_seconds() >= rollout.bake_s * bakes
