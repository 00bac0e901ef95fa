"""AWS calls of the retraining trigger.

Needs: dynamodb:GetItem, dynamodb:PutItem on the detections table; states:ListExecutions on the training state machine;
lambda:InvokeFunction on the training trigger.
"""

import json
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from lambdas.common.detections_table import KEY, PROGRESS, RETRAINING, SORT
from lambdas.common.errors import VigilError
from lambdas.common.review_progress import DOCUMENT, REVISION, Progress, Retraining

_TRIGGER = Config(read_timeout=30, connect_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})
"""A payload that is sent twice is one run."""


class ChangedError(VigilError):
    """Somebody else decided since the item was read: read it again and decide again."""


class RefusedError(VigilError):
    """The training trigger did not start the run; the decision stands, and the schedule tries it again."""


class ProgressTable:
    """A domain's items `#progress` and `#retraining`."""

    def __init__(self, table: str, domain: str) -> None:
        self._table = boto3.resource("dynamodb").Table(table)
        self._domain = domain

    def read(self) -> tuple[Progress, Retraining]:
        """The retraining first: what somebody decides in between is noticed when this decision is written."""
        last = Retraining.of(self._item(RETRAINING))
        return Progress.of(self._item(PROGRESS)), last

    def write(self, after: Retraining) -> Retraining:
        """What was made of revision `after.revision`, as the next one. Raises ChangedError if it is not that."""
        written = after.model_copy(update={"revision": after.revision + 1})
        try:
            self._table.put_item(
                Item={
                    KEY: self._domain,
                    SORT: RETRAINING,
                    REVISION: written.revision,
                    DOCUMENT: written.model_dump_json(),
                },
                ConditionExpression="attribute_not_exists(#r) OR #r = :before",
                ExpressionAttributeNames={"#r": REVISION},
                ExpressionAttributeValues={":before": after.revision},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                raise ChangedError(f"{self._domain} {RETRAINING} is no longer revision {after.revision}.") from error
            raise
        return written

    def _item(self, name: str) -> dict[str, Any] | None:
        return self._table.get_item(Key={KEY: self._domain, SORT: name}, ConsistentRead=True).get("Item")


class Runs:
    """The domain's runs: which is under way, and a new one."""

    def __init__(self, state_machine_arn: str, training_trigger: str) -> None:
        self._machine, self._trigger = state_machine_arn, training_trigger
        self._states = boto3.client("stepfunctions")
        self._lambda = boto3.client("lambda", config=_TRIGGER)

    def under_way(self) -> str | None:
        found = self._states.list_executions(stateMachineArn=self._machine, statusFilter="RUNNING", maxResults=1)
        return next((one["name"] for one in found["executions"]), None)

    def start(self, payload: dict[str, Any]) -> str:
        """The run's name. Raises RefusedError with the training trigger's reason."""
        answer = self._lambda.invoke(FunctionName=self._trigger, Payload=json.dumps(payload))
        said = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise RefusedError(f"{self._trigger} started no run: {said.get('errorMessage', 'no reason was told')}")
        return str(said["run"])
