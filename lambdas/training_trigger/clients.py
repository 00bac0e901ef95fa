"""AWS calls of the trigger.

Needs: states:StartExecution on the training state machine; dynamodb:GetItem on the releases table.
"""

from typing import Any, Literal, NamedTuple

import boto3

from lambdas.training_trigger.models import RunInput


class Execution(NamedTuple):
    arn: str
    status: Literal["started", "already_started"]


class Executions:
    """Executions of one state machine, named after their runs."""

    def __init__(self, state_machine_arn: str, client: Any = None) -> None:
        self._arn = state_machine_arn
        self._states = client if client is not None else boto3.client("stepfunctions")

    def start(self, run: RunInput) -> Execution:
        """Once for each run: Step Functions refuses a name that was used in the last 90 days."""
        try:
            started = self._states.start_execution(stateMachineArn=self._arn, name=run.run, input=run.model_dump_json())
        except self._states.exceptions.ExecutionAlreadyExists:
            arn = f"{self._arn.replace(':stateMachine:', ':execution:')}:{run.run}"
            return Execution(arn, "already_started")
        return Execution(started["executionArn"], "started")
