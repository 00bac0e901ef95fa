"""State `EndpointStatus`: is the challenger's endpoint in service?"""

from lambdas.endpoint_release.models import EndpointStatus, ReleaseResult
from lambdas.endpoint_release.standing import challenger
from lambdas.endpoint_release.tools import Tools

STARTING = frozenset({"Creating", "Updating", "SystemUpdating"})


def run(event: EndpointStatus, tools: Tools) -> ReleaseResult:
    trial = challenger(tools.state(), event.release, event.execution)
    found = tools.endpoints.standing(trial.endpoint)
    if found is None:
        return _failed(event, tools, f"endpoint {trial.endpoint} does not exist")
    if found.status == "InService":
        return tools.result("endpoint_status", "ready", event.release)
    if found.status not in STARTING:
        return _failed(event, tools, f"endpoint {trial.endpoint} is {found.status}: {found.reason}")
    waited_s = (tools.now - trial.since).total_seconds()
    limit_s = tools.env.rollout.endpoint_timeout_s
    if waited_s > limit_s:
        return _failed(
            event, tools, f"endpoint {trial.endpoint} is {found.status} after {waited_s:.0f} s, {limit_s} s at most"
        )
    return tools.result("endpoint_status", "creating", event.release)


def _failed(event: EndpointStatus, tools: Tools, reason: str) -> ReleaseResult:
    return tools.result("endpoint_status", "failed", event.release, reason=reason)
