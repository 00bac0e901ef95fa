"""Data prep of a million items: the same function, its work listed, done in parallel and merged.

A Distributed Map whose item fails tells no more than that one did: its cause is "The specified tolerated failure
threshold was exceeded", and the sentence stands in the item's own execution. So an item that fails ends well, with its
sentence as its output, and the state after the map fails the run with the first of them.
https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.pipeline.function_states import REASON, SENTENCE, invoke

_PARALLEL = 100
"""Below Lambda's default of 1,000 concurrent executions, which the router shares."""
_FAILED = f"{{% {{'reason': $substring({SENTENCE}, 0, 500)}} %}}"
"""Of an item; short, as all outputs of a map together have 256 KiB."""
_FIRST_OF = "{% {'reason': $count($failed) & ' of ' & $batches & ' batches failed. ' & $failed[0]} %}"


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
    batch.add_catch(sfn.Pass.jsonata(scope, "BatchFailed"), errors=[sfn.Errors.ALL], outputs=_FAILED)
    batches = sfn.DistributedMap.jsonata(
        scope,
        "PrepareBatches",
        items=sfn.ProvideItems.jsonata("{% $states.input.batches %}"),
        max_concurrency=_PARALLEL,
        map_execution_type=sfn.StateMachineType.STANDARD,
        assign={"failed": "{% [$states.result.reason] %}", "batches": "{% $count($states.result) %}"},
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
    any_failed = sfn.Choice.jsonata(scope, "AnyBatchFailed")
    any_failed.when(sfn.Condition.jsonata("{% $count($failed) > 0 %}"), on_failure, outputs=_FIRST_OF)
    any_failed.otherwise(merge)
    choice = sfn.Choice.jsonata(scope, "ReuseLatest")
    choice.when(sfn.Condition.jsonata("{% $states.input.reuse_latest %}"), merge)
    choice.otherwise(listing.next(batches).next(any_failed))
    return sfn.Chain.custom(choice, [merge], merge)
