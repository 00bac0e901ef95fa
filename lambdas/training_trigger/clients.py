"""AWS calls of the trigger.

Needs: states:StartExecution on the training state machine; dynamodb:GetItem on the releases table; s3:ListBucket on the
raw bucket, where a domain has strategies by size.
"""

from typing import Any, Literal, NamedTuple

import boto3

from lambdas.training_trigger.models import RawSize, RunInput


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


MOST_PAGES = 50


def raw_data_size(bucket: str, prefix: str, client: Any = None) -> RawSize | None:
    """Of what lies below the prefix; None where there are more objects than an answer could wait for."""
    s3 = client if client is not None else boto3.client("s3")
    total = text = 0
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for number, page in enumerate(pages, start=1):
        entries = page.get("Contents", [])
        total += sum(entry["Size"] for entry in entries)
        text += sum(entry["Size"] for entry in entries if entry["Key"].lower().endswith(".csv"))
        if number == MOST_PAGES and page["IsTruncated"]:
            return None
    return RawSize(total, text)
