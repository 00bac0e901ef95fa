"""Edge of the trigger: options in, a started run's name out.

A refusal is raised, so that an asynchronous invocation's on-failure destination keeps the payload and the reason.
"""

from functools import cache
from typing import Any

from lambdas.common.observability import logger, tracer
from lambdas.common.releases_table import ReleasesTable
from lambdas.training_trigger.clients import Executions, raw_data_size
from lambdas.training_trigger.logic import plan_run
from lambdas.training_trigger.models import TrainingTriggerResult, TrainingTriggerVariables


@cache
def variables() -> TrainingTriggerVariables:
    return TrainingTriggerVariables.load()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    env = variables()
    champion = ReleasesTable(env.releases_table).read(env.domain).champion
    raw = None if env.raw_bucket is None else raw_data_size(env.raw_bucket, env.raw_prefix or "")
    planned = plan_run(event, context.aws_request_id, env, champion, raw)
    execution = Executions(env.state_machine_arn).start(planned.input)
    result = TrainingTriggerResult(
        run=planned.input.run,
        status=execution.status,
        execution_arn=execution.arn,
        estimated_cost_usd=planned.cost_usd,
        expected=None if planned.expected is None else planned.expected.in_words,
    )
    logger.info("run", extra=result.model_dump())
    return result.model_dump(mode="json")
