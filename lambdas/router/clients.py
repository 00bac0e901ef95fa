"""AWS calls of the router.

Needs: sagemaker:InvokeEndpoint on <app>-<domain>-* (or the pinned endpoint); firehose:PutRecord on the captures stream;
s3:GetObject on the raw buckets for S3 references; dynamodb:GetItem on the releases table; use of the buckets' KMS keys.
"""

import json
import time
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from lambdas.common.answers import AnswerError, parse_answer
from lambdas.common.release_state import Release
from lambdas.common.s3_uri import split_uri
from lambdas.router.http import HttpError
from lambdas.router.outcome import Fault, FaultKind, Outcome
from lambdas.router.task_input import Question, require_size

CHAMPION_TIMEOUT_S = 12
"""Twice this stays below API Gateway's 30 s; a cold start of a serverless endpoint takes a few."""
_QUICK = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "max_attempts": 2})


class Endpoints:
    """Asks endpoints; never raises for what one does, so that the other release can still answer."""

    def __init__(self, timeout_s: float, attempts: int) -> None:
        # botocore retries throttling and 5xx of the service, with a pause, up to `attempts` in all
        retries = {"mode": "standard", "max_attempts": attempts}
        config = Config(connect_timeout=2, read_timeout=timeout_s, retries=retries, max_pool_connections=32)
        self._runtime = boto3.client("sagemaker-runtime", config=config)

    def ask(self, release: Release, question: Question) -> Outcome:
        started = time.perf_counter()
        answer, fault = self._ask(release.endpoint, question)
        return Outcome(release.release, answer, fault, (time.perf_counter() - started) * 1000)

    def _ask(self, endpoint: str, question: Question) -> tuple[dict[str, Any] | None, Fault | None]:
        try:
            response = self._runtime.invoke_endpoint(
                EndpointName=endpoint, ContentType=question.content_type, Accept="application/json", Body=question.body
            )
            return parse_answer(response["Body"].read()), None
        except ClientError as error:
            return None, _fault(error.response)
        except (BotoCoreError, AnswerError) as error:
            return None, Fault(FaultKind.FAILED, str(error))


def _fault(response: dict[str, Any]) -> Fault:
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html."""
    code, message = response["Error"]["Code"], response["Error"].get("Message", "")
    if code == "ModelError" and response.get("OriginalStatusCode") in {400, 413, 415}:
        return Fault(FaultKind.BAD_INPUT, _sentence(response.get("OriginalMessage", message)))
    if code in {"ThrottlingException", "TooManyRequestsException"}:
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
    """Pictures that a caller names instead of sending them."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._allowed = allowed
        self._s3 = boto3.client("s3", config=_QUICK)

    def read(self, uri: str) -> bytes:
        bucket, key = split_uri(uri)
        if bucket not in self._allowed:
            allowed = ", ".join(self._allowed) if self._allowed else "none"
            raise HttpError(400, "bucket_not_allowed", f"Bucket {bucket} is not read here; allowed: {allowed}.")
        try:
            found = self._s3.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            # Without s3:ListBucket, S3 answers 403 for an object that does not exist
            if error.response["Error"]["Code"] in {"NoSuchKey", "AccessDenied"}:
                raise HttpError(404, "no_such_object", f"There is no object {uri} that may be read.") from None
            raise
        require_size(found["ContentLength"])
        return found["Body"].read()


class CaptureStream:
    def __init__(self, name: str) -> None:
        self._name = name
        self._firehose = boto3.client("firehose", config=_QUICK)

    def put(self, lines: str) -> None:
        self._firehose.put_record(DeliveryStreamName=self._name, Record={"Data": lines.encode()})
