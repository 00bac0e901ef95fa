"""Edge of the review stage: one asynchronous event in.

What cannot be done is raised: Lambda tries again, and the on-failure destination keeps the event and the reason.
"""

from functools import cache
from typing import Any

from pydantic import ValidationError

from lambdas.common.errors import PayloadError, sentences
from lambdas.common.observability import logger, tracer
from lambdas.review.models import EVENTS, Intake, ReviewResult, ReviewVariables, Sweep, Teach
from lambdas.review.stage import ReviewStage, make_stage


@cache
def stage() -> ReviewStage:
    return make_stage(ReviewVariables.load())


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    try:
        asked = EVENTS.validate_python(event)
    except ValidationError as error:
        raise PayloadError(f"The event is no event of the review function: {sentences(error)}.") from error
    result = _act(asked, context)
    told = asked.model_dump(include={"action", "detection_id"}, mode="json")
    logger.info("review", extra={**told, **result.model_dump()})
    return result.model_dump(mode="json")


def _act(asked: Intake | Teach | Sweep, context: Any) -> ReviewResult:
    match asked:
        case Intake():
            return stage().intake(asked.detection_id)
        case Teach():
            return stage().teach(asked.detection_id)
        case Sweep():
            return stage().sweep(asked.waited_s, context.get_remaining_time_in_millis)
