"""Edge of data prep: event in, dataset version (or a part of the way there) out."""

from collections.abc import Callable
from functools import cache
from typing import Any

from lambdas.common.errors import parse
from lambdas.common.observability import logger, tracer
from lambdas.data_prep import publish
from lambdas.data_prep.clients import Bucket
from lambdas.data_prep.kinds import preparation
from lambdas.data_prep.models import BatchResult, DataPrepEnvironment, DataPrepEvent, DataPrepResult, ListResult


@cache
def environment() -> DataPrepEnvironment:
    return DataPrepEnvironment.load()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    request = parse(DataPrepEvent, event)
    result = _act(request, environment(), context.get_remaining_time_in_millis)
    logger.info(
        "data prep",
        extra={"run": request.run, "action": request.action, "result": result.model_dump(exclude={"batches"})},
    )
    return result.model_dump(mode="json")


def _act(
    request: DataPrepEvent, env: DataPrepEnvironment, remaining_ms: Callable[[], int]
) -> DataPrepResult | ListResult | BatchResult:
    if request.reuse_latest:
        return publish.latest(env.domain, Bucket(env.artifacts_bucket))
    prep = preparation(env, remaining_ms)
    match request.action:
        case "list":
            return prep.list_batches(request.run)
        case "batch":
            assert request.batch is not None  # DataPrepEvent asks for it
            return prep.inspect_batch(request.run, request.batch)
        case "merge":
            return prep.merge(request.run)
        case _:
            return prep.prepare()
