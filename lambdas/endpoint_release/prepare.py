"""State `Prepare`: an approved package becomes the challenger, and its endpoint starts."""

from lambdas.common.release_state import Approval, Release, ReleaseState
from lambdas.endpoint_release import logic, requests
from lambdas.endpoint_release.models import Prepare, ReleaseResult
from lambdas.endpoint_release.naming import endpoint_name, release_id
from lambdas.endpoint_release.requests import Package
from lambdas.endpoint_release.standing import standing
from lambdas.endpoint_release.tools import Tools


def run(event: Prepare, tools: Tools) -> ReleaseResult:
    state = tools.state()
    package = tools.packages.describe(event.model_package_arn)
    release = release_id(event.model_package_arn)
    verdict, reason = standing(state, event, package.approval_status, tools.env.rollout, tools.now)
    if verdict == "ignored":
        return tools.result("prepare", "ignored", release, reason=reason)
    if verdict == "waiting":
        approval = Approval(model_package_arn=event.model_package_arn, approved_at=event.approved_at)
        tools.table.write(logic.queue(state, approval, release, tools.now))
        return tools.result("prepare", "waiting", release, reason=reason)
    if state.challenger is not None and verdict == "take_over":
        state = tools.table.write(logic.end_trial(state, state.challenger, reason, tools.now))
        tools.emit("RolledBack")
    if verdict != "continue":
        _take_on(state, event, package, release, tools)
    _create(endpoint_name(tools.env.app, tools.env.domain, release), package, release, tools)
    return tools.result("prepare", "started", release)


def _take_on(state: ReleaseState, event: Prepare, package: Package, release: str, tools: Tools) -> None:
    """Recorded before anything is made, so that whatever is made can be found and rolled back."""
    challenger = Release(
        release=release,
        endpoint=endpoint_name(tools.env.app, tools.env.domain, release),
        model_package_arn=event.model_package_arn,
        model_data_url=package.model_data_url,
        manifest_sha256=package.manifest_sha256,
        since=tools.now,
        execution=event.execution,
        quality=package.quality,
    )
    tools.sweep(tools.table.write(logic.take_on(state, challenger, tools.now)))


def _create(name: str, package: Package, release: str, tools: Tools) -> None:
    tags = {"Tags": requests.tags(tools.env.domain, release)}
    tools.endpoints.create(
        {**requests.model(name, package, tools.env.endpoint_role_arn), **tags},
        {**requests.endpoint_config(name, tools.env.endpoint), **tags},
        {**requests.endpoint(name), **tags},
    )
