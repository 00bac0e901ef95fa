"""State `Golden`: the challenger must answer as the packaged model did, before it gets any traffic."""

from inference.contracts import GoldenRequest
from inference.contracts.tasks import task_of
from lambdas.common.model_archive import ArchiveError
from lambdas.common.release_state import Release
from lambdas.endpoint_release import transitions
from lambdas.endpoint_release.admission import require_challenger
from lambdas.endpoint_release.context import ReleaseContext
from lambdas.endpoint_release.models import Golden, ReleaseResult
from lambdas.endpoint_release.replay import GoldenError, parse_golden, replay
from lambdas.endpoint_release.targets.base import NoAnswerError


def run(event: Golden, context: ReleaseContext) -> ReleaseResult:
    state = context.state()
    challenger = require_challenger(state, event.release, event.execution)
    fault = replay_through(challenger, context, get_ready=True)
    if fault:
        return context.result("golden", "failed", event.release, reason=fault)
    context.table.write(transitions.noted(state, context.now, event.release, "golden", "every golden request passed"))
    return context.result("golden", "passed", event.release)


def golden_to_get_ready(challenger: Release, context: ReleaseContext) -> list[GoldenRequest]:
    """Of its package; none if that cannot be replayed, which the replay reports."""
    try:
        return _golden(challenger, context)
    except (ArchiveError, GoldenError):
        return []


def replay_through(challenger: Release, context: ReleaseContext, *, get_ready: bool = False) -> str:
    """What went wrong, or an empty text. `get_ready`: let the target prepare for traffic first."""
    try:
        golden = _golden(challenger, context)
        if get_ready:
            context.target.shift(challenger.release, 0, golden)
        return replay(
            task_of(context.env.task), golden, lambda request: context.target.ask(challenger.release, request)
        )
    except (ArchiveError, GoldenError, NoAnswerError) as error:
        return str(error)


def _golden(challenger: Release, context: ReleaseContext) -> list[GoldenRequest]:
    """Of the archive that was registered and no other; raises ArchiveError, GoldenError."""
    package = context.packages.describe(challenger.model_package_arn)
    return parse_golden(task_of(context.env.task), context.packages.golden(package))
