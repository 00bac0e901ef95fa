"""What the training state machine computes between its states (JSONata).

Variables: `planned` is the input with the dataset, `job` the request of this attempt, `attempt` counts from 1.
"""

from lambdas.training_trigger.spec import AUTO
from stacks.pipeline.strategy import Strategy

ATTEMPTS = 3


def picks(strategy: Strategy) -> str:
    """Whether a run trains by `strategy`: it was asked for, or no earlier one was right for the data's size."""
    size = "$states.input.dataset.raw_bytes"
    limit = "true" if strategy.below_gb is None else f"{size} < {round(strategy.below_gb * 1e9)}"
    fits = f"($states.input.strategy = '{AUTO}' and $type({size}) = 'number') ? ({limit}) : false"
    return f"{{% $states.input.strategy = '{strategy.name}' or ({fits}) %}}"


def with_job_of(strategy: Strategy) -> str:
    """The run's input with the job of `strategy`; of the channel it shards, each host gets its share of the objects.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
    """
    dataset = "$states.input.dataset"
    if strategy.sharded is not None:
        shared = "{'DataSource': {'S3DataSource': $merge([$c.DataSource.S3DataSource, {'S3DataDistributionType': "
        shared += "'ShardedByS3Key'}])}}"
        dataset = (
            "$merge([$states.input.dataset, {'channels': [$map($states.input.dataset.channels, function($c) {"
            f" $c.ChannelName = '{strategy.sharded}' ? $merge([$c, {shared}]) : $c }})]}}])"
        )
    request = f"$merge([$states.input.request, $lookup($states.input.strategies, '{strategy.name}')])"
    return f"{{% $merge([$states.input, {{'request': {request}, 'dataset': {dataset}}}]) %}}"


REQUEST = (
    "{% $merge([$states.input.request, {'InputDataConfig': "
    "$append($states.input.dataset.channels, $states.input.request.InputDataConfig)}]) %}"
)
"""The job that the trigger planned, with the channels of the dataset version that was prepared since."""

SEARCH = (
    "{% $merge([$states.input.tuning, {'TrainingJobDefinition': $merge([$states.input.tuning.TrainingJobDefinition, "
    "{'InputDataConfig': $append($states.input.dataset.channels, [])}])}]) %}"
)
"""The search that the trigger planned, likewise."""

TUNED = (
    "{% $merge([$states.input, {'request': $merge([$states.input.request, {'HyperParameters': "
    "$merge([$states.input.request.HyperParameters, $states.result.BestTrainingJob.TunedHyperParameters])}])}]) %}"
)
"""The planned job with the values of the search's best one."""

TRAINED = (
    "{% $merge([$planned, {'status': $states.result.TrainingJobStatus, "
    "'secondary_status': $states.result.SecondaryStatus, "
    "'model_data_url': $states.result.ModelArtifacts.S3ModelArtifacts}]) %}"
)
AGAIN = (
    "{% $contains($states.input.Cause, 'FailureReason') "
    "and $contains($parse($states.input.Cause).FailureReason, 'InternalServerError') "
    f"and $attempt < {ATTEMPTS} %}}"
)
"""SageMaker's own internal errors pass: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RetryStrategy.html,
which Step Functions' integration does not take. A job's name is spent, so the next attempt has one of its own."""

NEXT_JOB = (
    "{% $merge([$job, {'TrainingJobName': $planned.run & '-' & $string($attempt + 1), "
    "'StoppingCondition': $merge([$job.StoppingCondition, {'MaxRuntimeInSeconds': $max([60, "
    "$job.StoppingCondition.MaxRuntimeInSeconds - $sum([$parse($states.input.Cause).TrainingTimeInSeconds])])}])}]) %}"
)
"""Starts from the checkpoints of the one that failed, and all attempts together may run as long as one: the run's price
was agreed to. Waiting for spot capacity costs nothing and begins anew."""

FAILURE = (
    "($contains($states.input.Cause, 'FailureReason') ? $parse($states.input.Cause).FailureReason : "
    "$states.input.Error & ': ' & $states.input.Cause)"
)
"""The sentence the container left, out of the whole job's description that `.sync` reports."""
