"""State `Promote`: the challenger becomes the champion."""

from lambdas.endpoint_release import transitions
from lambdas.endpoint_release.admission import require_challenger
from lambdas.endpoint_release.context import ReleaseContext, next_package
from lambdas.endpoint_release.models import Promote, ReleaseResult


def run(event: Promote, context: ReleaseContext) -> ReleaseResult:
    """Each part can be done again: a retry finishes what an earlier try began."""
    state = context.state()
    champion = state.champion
    if champion is None or champion.release != event.release:
        champion = require_challenger(state, event.release, event.execution)
        state = context.table.write(transitions.promote(state, champion, context.now))
        context.emit("Promoted")
    context.give_all_traffic(champion)
    state = context.sweep(state)
    return context.result("promote", "promoted", event.release, percentage=0, next_package=next_package(state))
