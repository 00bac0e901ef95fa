"""State `Shift`: the challenger gets the traffic of one step."""

from lambdas.endpoint_release import transitions
from lambdas.endpoint_release.admission import require_challenger, require_step
from lambdas.endpoint_release.context import ReleaseContext
from lambdas.endpoint_release.golden import golden_to_get_ready
from lambdas.endpoint_release.models import ReleaseResult, Shift


def run(event: Shift, context: ReleaseContext) -> ReleaseResult:
    steps = context.env.rollout.steps
    require_step(event.step, steps)
    before = context.state()
    challenger = require_challenger(before, event.release, event.execution)
    after = transitions.shift(before, event.step, steps, context.now)
    if after is not before:
        context.target.shift(challenger.release, after.percentage, golden_to_get_ready(challenger, context))
        after = context.table.write(after)
    else:
        # An earlier try may have lost the race against a person who raised the share, after it had moved the target.
        context.target.shift(challenger.release, after.percentage, ())
    # A first release gets everything in its first step and has baked when the later ones come.
    baked = {"bake_s": 1} if after.step != event.step else {}
    return context.result("shift", "shifted", event.release, step=event.step, percentage=after.percentage, **baked)
