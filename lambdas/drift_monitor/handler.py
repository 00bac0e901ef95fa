"""Edge of the drift monitor: a schedule's event in, a report out."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from inference.contracts.drift import DriftReport
from lambdas.common.errors import parse
from lambdas.common.observability import emit, logger, tracer
from lambdas.common.releases_table import ReleasesTable
from lambdas.drift_monitor.clients import Store
from lambdas.drift_monitor.logic import report
from lambdas.drift_monitor.models import DriftEvent, DriftMonitorVariables, DriftResult
from lambdas.drift_monitor.window import Window


@cache
def variables() -> DriftMonitorVariables:
    return DriftMonitorVariables.load()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    env = variables()
    until = parse(DriftEvent, event).at or datetime.now(UTC)
    champion = ReleasesTable(env.releases_table).read(env.domain).champion
    if champion is None:
        result = DriftResult(status="no_champion", why=f"{env.domain} has no champion yet.")
        return result.model_dump(mode="json")
    store = Store(env.captures_bucket, env.artifacts_bucket)
    baseline = store.baseline(champion)
    window = Window(champion.release, until - timedelta(seconds=env.drift.window_s), until)
    store.fill(window, env.domain, baseline, env.drift.most_captures)
    made = report(env.domain, window, baseline, env.drift)
    key = store.write(made)
    _count(env, made)
    logger.info("drift", extra={"status": made.status, "why": made.why, "report": key})
    return DriftResult(status=made.status, why=made.why, report=key).model_dump(mode="json")


def _count(env: DriftMonitorVariables, made: DriftReport) -> None:
    """Nothing where nothing can be said: the alarm then stays as it is."""
    if made.status != "too_few":
        drifted = sum(one.drifted for one in made.shifts)
        emit(env.namespace, [{"Domain": env.domain}], {"DriftedMeasures": drifted})
