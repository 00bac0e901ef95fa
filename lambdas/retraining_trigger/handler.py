"""Edge of the retraining trigger: what happened in, what was decided out.

A refusal is raised, so that an asynchronous invocation's on-failure destination keeps the event and the reason.
"""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from pydantic import ValidationError

from lambdas.common.errors import PayloadError, sentences
from lambdas.common.observability import logger, tracer
from lambdas.retraining_trigger.clients import ProgressTable, Runs
from lambdas.retraining_trigger.models import EVENTS, RetrainingTriggerVariables
from lambdas.retraining_trigger.retrain import Retrainer


@cache
def retrainer() -> Retrainer:
    env = RetrainingTriggerVariables.load()
    table, runs = ProgressTable(env.detections_table, env.domain), Runs(env.state_machine_arn, env.training_trigger)
    return Retrainer(table, runs, env.retraining)


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    try:
        asked = EVENTS.validate_python(event)
    except ValidationError as error:
        raise PayloadError(f"The event is no event of the retraining trigger: {sentences(error)}.") from error
    result = retrainer().on(asked, datetime.now(UTC))
    logger.info("retraining", extra=result.model_dump())
    return result.model_dump(mode="json")
