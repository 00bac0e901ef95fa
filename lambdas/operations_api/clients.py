"""AWS calls of the operations API.

Needs: states:ListExecutions on the state machines <app>-*-training, states:DescribeExecution on their executions;
cloudwatch:DescribeAlarms on the alarms <app>-*; s3:GetObject, s3:ListBucket on runs/ and drift/ of the artifacts
bucket; lambda:InvokeFunction on <app>-*-retraining-trigger.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from inference.contracts.drift import DriftReport
from lambdas.common.artifacts import drift_folder, drift_report, run_evaluation
from lambdas.common.http_answers import HttpError

_TRIGGER = Config(read_timeout=24, connect_timeout=2, retries={"mode": "standard", "total_max_attempts": 1})
"""Within the 29 s that API Gateway waits."""
DRIFT_DAYS = 40
"""Older reports are not looked for: a listing of one call has an hourly report of each."""


class Executions:
    """Runs: executions of the state machines `<app>-<domain>-training`."""

    def __init__(self, state_machines: str, app: str) -> None:
        self._machines, self._app = state_machines, app
        self._states = boto3.client("stepfunctions")

    def page(self, domain: str, limit: int, after: str | None) -> tuple[list[dict[str, Any]], str | None]:
        """DescribeExecution of each, newest first. Raises HttpError 404 without such a domain, 422 for bad `after`."""
        arn = f"{self._machines}{self._app}-{domain}-training"
        more = {} if after is None else {"nextToken": after}
        try:
            found = self._states.list_executions(stateMachineArn=arn, maxResults=limit, **more)
        except self._states.exceptions.StateMachineDoesNotExist:
            raise HttpError(404, "no_such_domain", f"{domain} trains no models here.") from None
        except self._states.exceptions.InvalidToken:
            told = "after is no `next` of an earlier answer, or a day old; leave it out."
            raise HttpError(422, "bad_request", told) from None
        described = [self._states.describe_execution(executionArn=one["executionArn"]) for one in found["executions"]]
        return described, found.get("nextToken")


class RetrainingTriggers:
    """Each domain's retraining trigger, which alone starts runs for people."""

    def __init__(self, app: str) -> None:
        self._app = app
        self._lambda = boto3.client("lambda", config=_TRIGGER)

    def ask(self, domain: str, reason: str, who: str) -> dict[str, Any]:
        """Its `RetrainingResult`. Raises HttpError 404 without such a function, 503 when it fails or is too slow."""
        name = f"{self._app}-{domain}-retraining-trigger"
        event = {"action": "person", "reason": reason, "by": who}
        try:
            answer = self._lambda.invoke(FunctionName=name, Payload=json.dumps(event))
        except self._lambda.exceptions.ResourceNotFoundException:
            told = f"{domain} has no retraining that people could start: {name} is not deployed."
            raise HttpError(404, "no_retraining", told) from None
        except ReadTimeoutError as error:
            told = f"{name} has not ended in time; whether a run started, the list of {domain}'s runs tells."
            raise HttpError(503, "late", told) from error
        payload = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            told = f"{name} started no run: {payload.get('errorMessage', 'no reason was told')}"
            raise HttpError(503, "retraining_failed", told)
        return payload


class Alarms:
    """The metric alarms `<app>-*`."""

    def __init__(self, app: str) -> None:
        self._prefix = f"{app}-"
        self._cloudwatch = boto3.client("cloudwatch")

    def all(self) -> list[dict[str, Any]]:
        pages = self._cloudwatch.get_paginator("describe_alarms").paginate(
            AlarmNamePrefix=self._prefix, AlarmTypes=["MetricAlarm"]
        )
        return [alarm for page in pages for alarm in page["MetricAlarms"]]


class Artifacts:
    """What runs and the drift monitor leave in the artifacts bucket."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._s3 = boto3.client("s3")

    def evaluation(self, domain: str, run: str) -> bytes | None:
        try:
            return self._read(run_evaluation(domain, run))
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return None
            raise

    def drift(self, domain: str, newest: int, now: datetime | None = None) -> list[DriftReport]:
        """Newest first."""
        earliest = drift_report(domain, (now or datetime.now(UTC)) - timedelta(days=DRIFT_DAYS))
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=drift_folder(domain), StartAfter=earliest
        )
        keys = sorted((entry["Key"] for page in pages for entry in page.get("Contents", ())), reverse=True)
        return [DriftReport.model_validate_json(self._read(key)) for key in keys[:newest]]

    def _read(self, key: str) -> bytes:
        return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
