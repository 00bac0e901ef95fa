"""What the training state machine computes between its states (JSONata).

Variables: `planned` is the input with the dataset, `job` the request of this attempt, `attempt` counts from 1.
"""

ATTEMPTS = 3

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
