"""The training state machine: DataPrep -> (Tune ->) Train, again after an error of SageMaker's own -> ModelGate."""

from aws_cdk import Aws, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.pipeline.data_prep import DataPrep
from stacks.pipeline.model_gate import ModelGate
from stacks.pipeline.state_machine import LoggedStateMachine
from stacks.pipeline.tasks import fail
from stacks.pipeline.training_expressions import AGAIN, ATTEMPTS, FAILURE, NEXT_JOB, REQUEST, SEARCH, TRAINED, TUNED
from stacks.platform import Platform
from stacks.shared import permissions
from stacks.shared.names import Names

_LONGEST_SEARCH = Duration.days(2)
_MARGIN = Duration.hours(1)
"""What starting, stopping and uploading may take beyond the job's own limit."""
_AROUND = Duration.hours(6)
"""Data prep, in batches where there is much, and the gate; each with what is tried again."""


class TrainingRun(Construct):
    """Input: `RunInput` of the trigger. Output: the gate's decision. Every failure ends in a state that says why."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: Names,
        platform: Platform,
        data_prep: DataPrep,
        model_gate: ModelGate,
        role: iam.IRole,
        max_wait: Duration,
        tunes: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        preparing = data_prep.states(self, fail(self, "DataPrepFailed", "data prep failed"))
        deciding = model_gate.task(self, fail(self, "ModelGateFailed", "the gate could not decide"))
        self.state_machine = LoggedStateMachine(
            self,
            "StateMachine",
            name=names.of("training"),
            definition=preparing.next(self._training(max_wait, tunes, self._if_completed(deciding))),
            calls=(data_prep.function, model_gate.function),
            platform=platform,
            timeout=_longest(max_wait, tunes),
        )
        self._allow_training(names, role)
        if tunes:
            self._allow_tuning(names)

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

    def _allow_training(self, names: Names, role: iam.IRole) -> None:
        jobs = permissions.sagemaker_arns("training-job", f"{names.prefix}-*")
        permissions.allow(self.state_machine, permissions.RUN_TRAINING_JOB + permissions.TAG_JOB, jobs)
        permissions.allow_pass_role(self.state_machine, role, "sagemaker.amazonaws.com")
        self._allow_watching("TrainingJobs")

    def _allow_tuning(self, names: Names) -> None:
        jobs = permissions.sagemaker_arns("hyper-parameter-tuning-job", f"{names.prefix}-*")
        permissions.allow(self.state_machine, permissions.RUN_TUNING_JOB + permissions.TAG_JOB, jobs)
        self._allow_watching("TuningJobs")

    def _allow_watching(self, jobs: str) -> None:
        rule = f"rule/StepFunctionsGetEventsForSageMaker{jobs}Rule"
        arn = f"arn:{Aws.PARTITION}:events:{Aws.REGION}:{Aws.ACCOUNT_ID}:{rule}"
        permissions.allow(self.state_machine, permissions.WATCH_JOB, [arn])


def _longest(max_wait: Duration, tunes: bool) -> Duration:
    """Every state to its own limit: those end with a reason, and a state machine that runs out of time has none.

    Each attempt may wait for spot capacity as long as the first.
    """
    training = Duration.seconds(ATTEMPTS * max_wait.plus(_MARGIN).to_seconds())
    return training.plus(_AROUND).plus(_LONGEST_SEARCH if tunes else Duration.hours(0))
