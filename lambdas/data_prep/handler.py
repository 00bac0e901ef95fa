"""Edge of data prep: event in, dataset version (or a part of the way there) out."""

from collections.abc import Callable
from functools import cache
from typing import Any

from lambdas.common.errors import parse
from lambdas.common.observability import logger, tracer
from lambdas.data_prep.clients import Bucket, LabelTable
from lambdas.data_prep.inputs import Inputs
from lambdas.data_prep.kinds import batches, inspection, preparation
from lambdas.data_prep.models import (
    BatchResult,
    DataPrepEvent,
    DataPrepResult,
    DataPrepVariables,
    Diagnosis,
    ListResult,
)
from lambdas.data_prep.publish import latest, publish


@cache
def variables() -> DataPrepVariables:
    return DataPrepVariables.load()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    request = parse(DataPrepEvent, event)
    result = _act(request, variables(), context.get_remaining_time_in_millis)
    logger.info(
        "data prep",
        extra={"run": request.run, "action": request.action, "result": result.model_dump(exclude={"batches"})},
    )
    return result.model_dump(mode="json")


def _act(
    request: DataPrepEvent, env: DataPrepVariables, remaining_ms: Callable[[], int]
) -> DataPrepResult | ListResult | BatchResult | Diagnosis:
    spec, artifacts = env.data, Bucket(env.artifacts_bucket)
    if request.reuse_latest:
        return latest(env.domain, spec, artifacts)
    labels = None if env.labels_table is None else LabelTable(env.labels_table, spec.label_columns)
    inputs = Inputs(env.domain, request.run, spec, Bucket(env.raw_bucket), artifacts, labels, remaining_ms)
    match request.action:
        case "list":
            return batches(spec).list_batches(inputs)
        case "batch":
            assert request.batch is not None  # DataPrepEvent asks for it
            return batches(spec).inspect_batch(inputs, request.batch)
        case "diagnose":
            return inspection(spec).inspect(inputs)
        case "merge":
            dataset = batches(spec).merge(inputs)
        case _:
            dataset = preparation(spec).prepare(inputs)
    return publish(env.domain, spec, dataset, artifacts)
