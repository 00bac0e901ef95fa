"""State `Promote`: the challenger becomes the champion."""

from lambdas.endpoint_release import logic
from lambdas.endpoint_release.models import Promote, ReleaseResult
from lambdas.endpoint_release.standing import challenger
from lambdas.endpoint_release.tools import Tools, next_package


def run(event: Promote, tools: Tools) -> ReleaseResult:
    """Each part can be done again: a retry finishes what an earlier try began."""
    state = tools.state()
    champion = state.champion
    if champion is None or champion.release != event.release:
        champion = challenger(state, event.release, event.execution)
        state = tools.table.write(logic.promote(state, champion, tools.now))
        tools.emit("Promoted")
    tools.champion.set(champion.endpoint)
    state = tools.sweep(state)
    return tools.result("promote", "promoted", event.release, percentage=0, next_package=next_package(state))
