"""States of a run that train: (Tune ->) Train, again after an error of SageMaker's own."""

from collections.abc import Sequence

from aws_cdk import Aws, Duration
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.pipeline.definition import Training
from stacks.pipeline.function_states import fail
from stacks.pipeline.strategy import Strategy
from stacks.pipeline.training_expressions import (
    AGAIN,
    ATTEMPTS,
    FAILURE,
    NEXT_JOB,
    REQUEST,
    SEARCH,
    TRAINED,
    TUNED,
    picks,
    with_job_of,
)

_LONGEST_SEARCH = Duration.days(2)
_MARGIN = Duration.hours(1)
"""What starting, stopping and uploading may take beyond the job's own limit."""


class TrainingStates(Construct):
    """Input of `start`: `RunInput` of the trigger with the `dataset`. `then` gets the same with the job's outcome."""

    def __init__(self, scope: Construct, construct_id: str, *, training: Training, then: sfn.IChainable) -> None:
        super().__init__(scope, construct_id)
        longest = max(way.max_wait_s if way.spot else way.max_runtime_s for way in training.ways)
        max_wait = Duration.seconds(longest)
        tunes = training.tuning is not None
        self.start = self._training(max_wait, tunes, self._if_completed(then))
        if training.strategies:
            self.start = self._by_size(training.strategies, self.start)
        self.longest = _longest(max_wait, tunes)

    def _training(self, max_wait: Duration, tunes: bool, then: sfn.IChainable) -> sfn.IChainable:
        # A custom state's catch has no output of its own, so the error arrives as Step Functions writes it.
        failed = fail(self, "TrainingFailed", "training failed", FAILURE)
        again = sfn.Choice.jsonata(self, "TrainAgain")
        train = self._job("Train", "createTrainingJob", "{% $job %}", TRAINED, max_wait.plus(_MARGIN), again)
        train.next(then)
        next_job = sfn.Pass.jsonata(
            self, "NextAttempt", assign={"job": NEXT_JOB, "attempt": "{% $attempt + 1 %}"}
        ).next(train)
        again.when(sfn.Condition.jsonata(AGAIN), next_job).otherwise(failed)
        planned = {"planned": "{% $states.input %}", "job": REQUEST, "attempt": 1}
        plan = sfn.Pass.jsonata(self, "FirstAttempt", assign=planned).next(train)
        if not tunes:
            return plan
        tune = self._job("Tune", "createHyperParameterTuningJob", SEARCH, TUNED, _LONGEST_SEARCH, failed)
        asked = sfn.Condition.jsonata("{% $boolean($states.input.tuning) %}")
        return sfn.Choice.jsonata(self, "SearchAsked").when(asked, tune.next(plan)).otherwise(plan)

    def _by_size(self, strategies: Sequence[Strategy], then: sfn.IChainable) -> sfn.IChainable:
        """The job of the strategy that was asked for, or that the raw data's size picks."""
        unknown = fail(
            self, "SizeUnknown", "no strategy", "'the dataset version does not tell its size; say which `strategy`'"
        )
        choice = sfn.Choice.jsonata(self, "Strategy")
        for strategy in strategies:
            condition, output = picks(strategy), with_job_of(strategy)
            choice.when(sfn.Condition.jsonata(condition), then, outputs=output)
        return choice.otherwise(unknown)

    def _job(
        self, name: str, action: str, arguments: str, output: str, timeout: Duration, failed: sfn.IChainable
    ) -> sfn.CustomState:
        """A state of our own: CDK's has no spot and no checkpoints, and there is none for tuning."""
        job = sfn.CustomState(
            self,
            name,
            state_json={
                "Type": "Task",
                "Resource": f"arn:{Aws.PARTITION}:states:::sagemaker:{action}.sync",
                "Arguments": arguments,
                "Output": output,
                "TimeoutSeconds": timeout.to_seconds(),
                "Retry": [
                    {
                        "ErrorEquals": ["ThrottlingException", "SageMaker.AmazonSageMakerException"],
                        "IntervalSeconds": 10,
                        "BackoffRate": 2,
                        "MaxAttempts": 4,
                        "JitterStrategy": "FULL",
                    }
                ],
            },
        )
        job.add_catch(failed, errors=[sfn.Errors.ALL])
        return job

    def _if_completed(self, then: sfn.IChainable) -> sfn.Choice:
        """A job that ran out of time ends as `Stopped`, which `.sync` does not report as a failure."""
        stopped = sfn.Fail.jsonata(
            self,
            "TrainingStopped",
            error="TrainingStopped",
            cause="{% 'training ended ' & $states.input.status & ' (' & $states.input.secondary_status & '); "
            "its checkpoints are kept: ask again with continueRun, or allow more time' %}",
        )
        choice = sfn.Choice.jsonata(self, "Completed")
        choice.when(sfn.Condition.jsonata("{% $states.input.status = 'Completed' %}"), then)
        return choice.otherwise(stopped)


def _longest(max_wait: Duration, tunes: bool) -> Duration:
    """Each attempt may wait for spot capacity as long as the first."""
    training = Duration.seconds(ATTEMPTS * max_wait.plus(_MARGIN).to_seconds())
    return training.plus(_LONGEST_SEARCH if tunes else Duration.hours(0))
