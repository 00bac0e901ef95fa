"""Handler of the release function: each invocation is one action of the release state machine, or of a person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pydantic import ValidationError

from inference.contracts.base import Contract
from lambdas.common.errors import PayloadError, sentences
from lambdas.common.observability import logger, tracer
from lambdas.common.releases_table import ReleasesTable, StateChangedError
from lambdas.endpoint_release import (
    check,
    decisions,
    endpoint_status,
    golden,
    prepare,
    promote,
    roll_back,
    shift,
    updates,
)
from lambdas.endpoint_release.clients import ChampionParameter, Packages
from lambdas.endpoint_release.context import ReleaseContext
from lambdas.endpoint_release.models import RELEASE_EVENT, EndpointReleaseVariables
from lambdas.endpoint_release.window_metrics import WindowMetricsReader

ACTIONS: dict[str, Callable[[Any, ReleaseContext], Contract]] = {
    "prepare": prepare.run,
    "endpoint_status": endpoint_status.run,
    "golden": golden.run,
    "shift": shift.run,
    "check": check.run,
    "promote": promote.run,
    "roll_back": roll_back.run,
    "leave": decisions.leave,
    "manual_shift": decisions.shift,
    "manual_promote": decisions.promote,
    "manual_roll_back": decisions.roll_back,
    "refresh": updates.refresh,
    "update_root": updates.update_root,
}
TRIES = 5
"""Attempts at an action while another writer (an approval that queues, an operator) changes the release state."""


@cache
def variables() -> EndpointReleaseVariables:
    return EndpointReleaseVariables.load()


@cache
def release_context() -> ReleaseContext:
    """Made once a process; `now` is set anew at each invocation."""
    env = variables()
    return ReleaseContext(
        env,
        ReleasesTable(env.releases_table),
        Packages(),
        env.target.open(env.place),
        WindowMetricsReader(env.namespace, env.domain),
        ChampionParameter(env.champion_parameter),
        datetime.now(UTC),
    )


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    try:
        request = RELEASE_EVENT.validate_python(event)
    except ValidationError as error:
        raise PayloadError(f"The event is no action of a release: {sentences(error)}.") from error
    for left in reversed(range(TRIES)):
        try:
            result = ACTIONS[request.action](request, replace(release_context(), now=datetime.now(UTC)))
            break
        except StateChangedError:
            if left == 0:
                raise
    logger.info("release", extra=result.model_dump(mode="json"))
    return result.model_dump(mode="json")
