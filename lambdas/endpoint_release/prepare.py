"""State `Prepare`: an approved package becomes the challenger, and starts on its target."""

from lambdas.common.release_state import Approval, Release, ReleaseState
from lambdas.endpoint_release import transitions
from lambdas.endpoint_release.admission import admit
from lambdas.endpoint_release.context import ReleaseContext
from lambdas.endpoint_release.models import Prepare, ReleaseResult
from lambdas.endpoint_release.package import Package, release_id


def run(event: Prepare, context: ReleaseContext) -> ReleaseResult:
    state = context.state()
    package = context.packages.describe(event.model_package_arn)
    release = release_id(event.model_package_arn)
    verdict, reason = admit(state, event, package.approval_status, context.env.rollout, context.now)
    if verdict == "ignored":
        return context.result("prepare", "ignored", release, reason=reason)
    if verdict == "waiting":
        approval = Approval(model_package_arn=event.model_package_arn, approved_at=event.approved_at)
        context.table.write(transitions.queue(state, approval, release, context.now))
        return context.result("prepare", "waiting", release, reason=reason)
    if state.challenger is not None and verdict == "take_over":
        state = context.table.write(transitions.remove_challenger(state, state.challenger, reason, context.now))
        context.emit("RolledBack")
        if state.champion is not None:
            context.give_all_traffic(state.champion)
    if verdict != "continue":
        _add_challenger(state, event, package, release, context)
    context.target.create(release, package)
    return context.result("prepare", "started", release)


def _add_challenger(
    state: ReleaseState, event: Prepare, package: Package, release: str, context: ReleaseContext
) -> None:
    """Recorded before anything is made, so that whatever is made can be found and rolled back."""
    challenger = Release(
        release=release,
        address=context.target.address(release),
        model_package_arn=event.model_package_arn,
        model_data_url=package.model_data_url,
        manifest_sha256=package.manifest_sha256,
        since=context.now,
        execution=event.execution,
        quality=package.quality,
    )
    context.sweep(context.table.write(transitions.add_challenger(state, challenger, context.now)))
