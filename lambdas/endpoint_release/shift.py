"""State `Shift`: the challenger gets the traffic of one step."""

from lambdas.endpoint_release import logic
from lambdas.endpoint_release.golden import warm
from lambdas.endpoint_release.models import ReleaseResult, Shift
from lambdas.endpoint_release.standing import challenger, require_step
from lambdas.endpoint_release.tools import Tools


def run(event: Shift, tools: Tools) -> ReleaseResult:
    steps = tools.env.rollout.steps
    require_step(event.step, steps)
    before = tools.state()
    trial = challenger(before, event.release, event.execution)
    after = logic.shift(before, event.step, steps, tools.now)
    if after is not before:
        warm(trial, tools)  # a larger share needs more instances at once
        after = tools.table.write(after)
    # A first release gets everything in its first step and has baked when the later ones come.
    baked = {"bake_s": 1} if after.step != event.step else {}
    return tools.result("shift", "shifted", event.release, step=event.step, percentage=after.percentage, **baked)
