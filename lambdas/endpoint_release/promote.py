"""State `Promote`: the challenger becomes the champion."""

from lambdas.endpoint_release import logic
from lambdas.endpoint_release.models import Promote, ReleaseResult
from lambdas.endpoint_release.standing import challenger
from lambdas.endpoint_release.tools import Tools, next_package


def run(event: Promote, tools: Tools) -> ReleaseResult:
    """Each part can be done again: a retry finishes what an earlier try began."""
    state = tools.state()
    if state.champion is None or state.champion.release != event.release:
        challenger(state, event.release, event.execution)
        state = tools.table.write(logic.promote(state, tools.now))
        tools.count("Promoted")
    tools.champion.set(state.champion.endpoint)
    state = tools.sweep(state)
    return tools.result("promote", "promoted", event.release, percentage=0, next_package=next_package(state))
