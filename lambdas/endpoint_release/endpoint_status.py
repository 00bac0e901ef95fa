"""State `EndpointStatus`: is the challenger up on its target?"""

from lambdas.endpoint_release.admission import require_challenger
from lambdas.endpoint_release.context import ReleaseContext
from lambdas.endpoint_release.models import EndpointStatus, ReleaseResult


def run(event: EndpointStatus, context: ReleaseContext) -> ReleaseResult:
    challenger = require_challenger(context.state(), event.release, event.execution)
    phase, detail = context.target.status(challenger.release)
    if phase == "ready":
        return context.result("endpoint_status", "ready", event.release)
    waited_s, limit_s = (context.now - challenger.since).total_seconds(), context.env.rollout.endpoint_timeout_s
    if phase == "starting" and waited_s <= limit_s:
        return context.result("endpoint_status", "creating", event.release)
    reason = f"{detail} after {waited_s:.0f} s, {limit_s} s at most" if phase == "starting" else detail
    return context.result("endpoint_status", "failed", event.release, reason=reason)
