"""State `Golden`: the endpoint must answer as the packaged model did, before it gets any traffic."""

from contextlib import suppress

from botocore.exceptions import ReadTimeoutError

from inference.contracts import GoldenRequest
from lambdas.common.model_archive import ArchiveError
from lambdas.common.release_state import Release
from lambdas.endpoint_release import logic
from lambdas.endpoint_release.models import Golden, ReleaseResult
from lambdas.endpoint_release.replay import GoldenError, parse_golden, replay
from lambdas.endpoint_release.standing import challenger
from lambdas.endpoint_release.tools import Tools
from lambdas.endpoint_release.warm_up import warm_up


def run(event: Golden, tools: Tools) -> ReleaseResult:
    state = tools.state()
    trial = challenger(state, event.release, event.execution)
    fault = replay_through(trial, tools, warm_first=True)
    if fault:
        return tools.result("golden", "failed", event.release, reason=fault)
    tools.table.write(logic.noted(state, tools.now, event.release, "golden", "every golden request passed"))
    return tools.result("golden", "passed", event.release)


def warm(trial: Release, tools: Tools) -> None:
    """Bring every instance up that the endpoint may have. A package that cannot be replayed is told of by a replay."""
    with suppress(ArchiveError, GoldenError):
        warm_up(trial.endpoint, _golden(trial, tools), tools)


def replay_through(trial: Release, tools: Tools, *, warm_first: bool = False) -> str:
    """What went wrong, or an empty text. `warm_first`: bring every instance up before."""
    try:
        golden = _golden(trial, tools)
    except (ArchiveError, GoldenError) as error:
        return str(error)
    if warm_first:
        warm_up(trial.endpoint, golden, tools)
    try:
        return replay(golden, lambda request: tools.endpoints.ask(trial.endpoint, request))
    except ReadTimeoutError:  # not asked the rest: each would take as long
        return f"endpoint {trial.endpoint} does not answer a golden request"


def _golden(trial: Release, tools: Tools) -> list[GoldenRequest]:
    """Of the archive that was registered and no other; raises ArchiveError, GoldenError."""
    return parse_golden(tools.packages.golden(tools.packages.describe(trial.model_package_arn)))
