"""State `Golden`: the endpoint must answer as the packaged model did, before it gets any traffic."""

from contextlib import suppress

from botocore.exceptions import ReadTimeoutError

from inference.contracts import GoldenRequest
from inference.contracts.tasks import task_of
from lambdas.common.model_archive import ArchiveError
from lambdas.common.release_state import Release
from lambdas.endpoint_release import transitions
from lambdas.endpoint_release.admission import require_challenger
from lambdas.endpoint_release.context import ReleaseContext
from lambdas.endpoint_release.models import Golden, ReleaseResult
from lambdas.endpoint_release.replay import GoldenError, parse_golden, replay
from lambdas.endpoint_release.warm_up import warm_up


def run(event: Golden, context: ReleaseContext) -> ReleaseResult:
    state = context.state()
    challenger = require_challenger(state, event.release, event.execution)
    fault = replay_through(challenger, context, warm_first=True)
    if fault:
        return context.result("golden", "failed", event.release, reason=fault)
    context.table.write(transitions.noted(state, context.now, event.release, "golden", "every golden request passed"))
    return context.result("golden", "passed", event.release)


def warm(challenger: Release, context: ReleaseContext) -> None:
    """Bring every instance up that the endpoint may have. A package that cannot be replayed is told of by a replay."""
    with suppress(ArchiveError, GoldenError):
        warm_up(challenger.endpoint, _golden(challenger, context), context)


def replay_through(challenger: Release, context: ReleaseContext, *, warm_first: bool = False) -> str:
    """What went wrong, or an empty text. `warm_first`: bring every instance up before."""
    try:
        golden = _golden(challenger, context)
    except (ArchiveError, GoldenError) as error:
        return str(error)
    if warm_first:
        warm_up(challenger.endpoint, golden, context)
    try:
        return replay(
            task_of(context.env.task), golden, lambda request: context.endpoints.ask(challenger.endpoint, request)
        )
    except ReadTimeoutError:  # not asked the rest: each would take as long
        return f"endpoint {challenger.endpoint} does not answer a golden request"


def _golden(challenger: Release, context: ReleaseContext) -> list[GoldenRequest]:
    """Of the archive that was registered and no other; raises ArchiveError, GoldenError."""
    package = context.packages.describe(challenger.model_package_arn)
    return parse_golden(task_of(context.env.task), context.packages.golden(package))
