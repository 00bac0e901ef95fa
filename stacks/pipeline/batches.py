"""Data prep of a million items: the same function, its work listed, done in parallel and merged."""

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.pipeline.function_states import REASON, invoke

_PARALLEL = 100
"""Below Lambda's default of 1,000 concurrent executions, which the router shares."""


def data_prep_in_batches(scope: Construct, function: lambda_.IFunction, on_failure: sfn.State) -> sfn.Chain:
    """`ListBatches` -> `PrepareBatches` (a Distributed Map) -> `DataPrep`, unless an earlier version is reused."""
    run = "{% $states.input.run %}"
    listing = invoke(
        scope,
        "ListBatches",
        function,
        payload={"action": "list", "run": run},
        outputs="{% $merge([$states.input, {'batches': $states.result.Payload.batches}]) %}",
        on_failure=on_failure,
    )
    batch = invoke(
        scope, "PrepareBatch", function, payload={"action": "batch", "run": run, "batch": "{% $states.input.batch %}"}
    )
    batches = sfn.DistributedMap.jsonata(
        scope,
        "PrepareBatches",
        items=sfn.ProvideItems.jsonata("{% $states.input.batches %}"),
        max_concurrency=_PARALLEL,
        map_execution_type=sfn.StateMachineType.STANDARD,
        outputs="{% $sift($states.input, function($value, $key) { $key != 'batches' }) %}",
    )
    batches.item_processor(batch)
    batches.add_catch(on_failure, errors=[sfn.Errors.ALL], outputs=REASON)
    merge = invoke(
        scope,
        "DataPrep",
        function,
        payload={
            "action": "{% $states.input.reuse_latest ? 'prepare' : 'merge' %}",
            "run": run,
            "reuse_latest": "{% $states.input.reuse_latest %}",
        },
        outputs="{% $merge([$states.input, {'dataset': $states.result.Payload}]) %}",
        on_failure=on_failure,
    )
    choice = sfn.Choice.jsonata(scope, "ReuseLatest")
    choice.when(sfn.Condition.jsonata("{% $states.input.reuse_latest %}"), merge)
    choice.otherwise(listing.next(batches).next(merge))
    return sfn.Chain.custom(choice, [merge], merge)
