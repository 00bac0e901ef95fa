"""State `EndpointStatus`: is the challenger's endpoint in service?"""

from lambdas.endpoint_release.admission import require_challenger
from lambdas.endpoint_release.context import ReleaseContext
from lambdas.endpoint_release.models import EndpointStatus, ReleaseResult

STARTING = frozenset({"Creating", "Updating", "SystemUpdating"})


def run(event: EndpointStatus, context: ReleaseContext) -> ReleaseResult:
    challenger = require_challenger(context.state(), event.release, event.execution)
    found = context.endpoints.standing(challenger.endpoint)
    if found is None:
        return _failed(event, context, f"endpoint {challenger.endpoint} does not exist")
    if found.status == "InService":
        return context.result("endpoint_status", "ready", event.release)
    if found.status not in STARTING:
        return _failed(event, context, f"endpoint {challenger.endpoint} is {found.status}: {found.reason}")
    waited_s = (context.now - challenger.since).total_seconds()
    limit_s = context.env.rollout.endpoint_timeout_s
    if waited_s > limit_s:
        return _failed(
            event,
            context,
            f"endpoint {challenger.endpoint} is {found.status} after {waited_s:.0f} s, {limit_s} s at most",
        )
    return context.result("endpoint_status", "creating", event.release)


def _failed(event: EndpointStatus, context: ReleaseContext, reason: str) -> ReleaseResult:
    return context.result("endpoint_status", "failed", event.release, reason=reason)
