"""AWS calls of the router.

Needs: sagemaker:InvokeEndpoint on <app>-<domain>-* (or the pinned endpoint); firehose:PutRecord on the captures stream;
s3:GetObject on the raw buckets for S3 references; dynamodb:GetItem on the releases table; use of the buckets' KMS keys;
for labels s3:ListBucket and s3:GetObject on the domain's captures; for reviews see detections.py.
"""

import json
import time
from functools import partial
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from inference.contracts.tasks.base import AnswerError, Question, Task, parse_answer
from lambdas.common.release_state import Release, ReleaseState
from lambdas.common.releases_table import ReleasesTable
from lambdas.common.s3_uri import split_uri
from lambdas.router.captures import firehose_records
from lambdas.router.deadline import Deadline
from lambdas.router.http import HttpError
from lambdas.router.outcome import Fault, FaultKind, Outcome
from lambdas.router.question import require_size
from lambdas.router.retries import THROTTLED, OutOfTime, single_attempt, with_retries

CHAMPION_TIMEOUT_S = 12.0
"""A cold start of a serverless endpoint takes a few seconds; two attempts stay below Lambda's 29 s."""
_CONNECT_S = 1.0
_QUICK_S = 2.0
"""Read timeout of S3, DynamoDB and Firehose."""


_NO_OBJECT = frozenset(
    {"NoSuchKey", "AccessDenied", "KeyTooLongError", "InvalidURI", "InvalidArgument", "InvalidObjectState"}
)
"""https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: the caller's key, or an archived object."""


class Endpoints:
    """Invokes endpoints. An endpoint's failure is an `Outcome` and no exception: the other release may still answer."""

    def __init__(self, task: Task, timeout_s: float, attempts: int) -> None:
        self._task = task
        self._timeout_s = timeout_s
        self._attempts = attempts
        self._runtime = boto3.client("sagemaker-runtime", config=single_attempt(_CONNECT_S, timeout_s))

    def ask(self, release: Release, question: Question, deadline: Deadline) -> Outcome:
        started = time.perf_counter()
        answer, fault = self._ask(release.address, question, deadline)
        return Outcome(release.release, answer, fault, (time.perf_counter() - started) * 1000)

    def _ask(self, endpoint: str, question: Question, deadline: Deadline) -> tuple[dict[str, Any] | None, Fault | None]:
        def call() -> bytes:
            response = self._runtime.invoke_endpoint(
                EndpointName=endpoint, ContentType=question.content_type, Accept="application/json", Body=question.body
            )
            return response["Body"].read()

        try:
            longest = _CONNECT_S + self._timeout_s
            body = with_retries(call, attempts=self._attempts, longest_s=longest, deadline=deadline)
            return parse_answer(self._task, body), None
        except ClientError as error:
            return None, _fault(error.response)
        except (ReadTimeoutError, OutOfTime) as error:
            return None, Fault(FaultKind.SLOW, str(error))
        except (BotoCoreError, AnswerError) as error:
            return None, Fault(FaultKind.FAILED, str(error))


def _fault(response: dict[str, Any]) -> Fault:
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html."""
    code, message = response["Error"]["Code"], response["Error"].get("Message", "")
    if code == "ModelError" and response.get("OriginalStatusCode") in {400, 413, 415}:
        return Fault(FaultKind.BAD_INPUT, _sentence(response.get("OriginalMessage", message)))
    if code in THROTTLED:
        return Fault(FaultKind.THROTTLED, message)
    # SageMaker says only in words that there is no such endpoint
    if code in {"ValidationError", "ValidationException"} and ("not found" in message or "ould not find" in message):
        return Fault(FaultKind.MISSING, message)
    return Fault(FaultKind.FAILED, f"{code}: {message}")


def _sentence(original: str) -> str:
    """The model's own words for the caller: `{"error": sentence}`."""
    try:
        return str(json.loads(original)["error"])
    except (ValueError, KeyError, TypeError):
        return "The model cannot read this input."


class RawBuckets:
    """Reads objects that a caller refers to instead of sending them."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._allowed = allowed
        self._s3 = boto3.client("s3", config=single_attempt(_CONNECT_S, _QUICK_S))

    def read(self, uri: str, deadline: Deadline) -> bytes:
        """Raises HttpError 400, 404, 413, or 503 when S3 does not answer."""
        bucket, key = split_uri(uri)
        if bucket not in self._allowed:
            allowed = ", ".join(self._allowed) if self._allowed else "none"
            raise HttpError(400, "bucket_not_allowed", f"Bucket {bucket:.80} is not read here; allowed: {allowed}.")

        def call() -> bytes:
            found = self._s3.get_object(Bucket=bucket, Key=key)
            require_size(found["ContentLength"])
            return found["Body"].read()

        try:
            return with_retries(call, attempts=3, longest_s=_CONNECT_S + _QUICK_S, deadline=deadline)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            # Without s3:ListBucket, S3 answers 403 for an object that does not exist
            if code in _NO_OBJECT:
                raise HttpError(404, "no_such_object", f"There is no object {uri:.200} that may be read.") from None
            raise HttpError(
                503, "unavailable", f"S3 does not hand out {uri:.200} just now ({code}); try again."
            ) from error
        except (BotoCoreError, OutOfTime) as error:
            raise HttpError(503, "unavailable", f"S3 does not answer for {uri:.200} just now; try again.") from error


class Table:
    """Reads the domain's release state from the releases table."""

    def __init__(self, name: str, domain: str) -> None:
        resource = boto3.resource("dynamodb", config=single_attempt(_CONNECT_S, _QUICK_S))
        self._table, self._domain = ReleasesTable(name, resource), domain

    def read(self, deadline: Deadline) -> ReleaseState:
        return with_retries(
            lambda: self._table.read(self._domain), attempts=3, longest_s=_CONNECT_S + _QUICK_S, deadline=deadline
        )


class CaptureStream:
    def __init__(self, name: str) -> None:
        self._name = name
        self._firehose = boto3.client("firehose", config=single_attempt(_CONNECT_S, _QUICK_S))

    def put(self, lines: str, deadline: Deadline) -> None:
        for record in firehose_records(lines):
            with_retries(
                partial(self._firehose.put_record, DeliveryStreamName=self._name, Record={"Data": record}),
                attempts=3,
                longest_s=_CONNECT_S + _QUICK_S,
                deadline=deadline,
            )
