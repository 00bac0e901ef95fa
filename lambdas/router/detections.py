"""Answered predictions that people shall review: their pictures go to the review stage, beside the answer."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from urllib.parse import urlencode

import boto3

from inference.contracts.reviews import detection_id
from inference.contracts.tasks.base import Answer, Question, Task
from lambdas.common.artifacts import INCOMING_DAYS, RETENTION_TAG, incoming_picture
from lambdas.common.observability import emit, logger
from lambdas.common.review_events import Intake
from lambdas.router.deadline import Deadline
from lambdas.router.models import DetectionsSpec, RouterVariables
from lambdas.router.retries import single_attempt, with_retries

BUDGET_S = 5.0
"""A request waits no longer for its detection."""
_CONNECT_S = 1.0
_QUICK_S = 2.0


def is_wanted(spec: DetectionsSpec, request_id: str, uncertainty: float) -> bool:
    """A request that is told of twice is wanted twice or not at all. Pure."""
    place = int(sha256(request_id.encode()).hexdigest()[:8], 16) / 2**32
    return place < spec.share or uncertainty > spec.uncertain_above


class Detections:
    """Needs: s3:PutObject, s3:PutObjectTagging below the incoming folder; lambda:InvokeFunction on the function."""

    def __init__(self, env: RouterVariables, task: Task, spec: DetectionsSpec, threads: Executor) -> None:
        self._env, self._task, self._spec, self._threads = env, task, spec, threads
        self._s3 = boto3.client("s3", config=single_attempt(_CONNECT_S, _QUICK_S))
        self._lambda = boto3.client("lambda", config=single_attempt(_CONNECT_S, _QUICK_S))

    def begin(
        self, request_id: str, release: str, answer: Answer, asked: Question, deadline: Deadline
    ) -> Callable[[], None]:
        """Starts at once. Call what it returns before the request is answered: it waits, and never raises."""
        within = Deadline(min(deadline.left_s(), BUDGET_S))
        work = self._threads.submit(self._hand_over, request_id, release, answer, asked, within)
        return partial(self._end, work, request_id, within)

    def _end(self, work: Future[None], request_id: str, deadline: Deadline) -> None:
        """A prediction is answered, whatever becomes of its detection; a loss is counted."""
        try:
            work.result(timeout=deadline.left_s())
        except Exception as error:  # whatever S3, Lambda or an odd answer bring
            logger.error("detection lost", extra={"error": str(error) or repr(error), "prediction": request_id})
            emit(self._env.namespace, [{"Domain": self._env.domain}], {"DetectionsLost": 1})

    def _hand_over(self, request_id: str, release: str, answer: Answer, asked: Question, deadline: Deadline) -> None:
        """The picture first: an invocation finds it, or there is none."""
        if not is_wanted(self._spec, request_id, self._task.uncertainty(answer)):
            return
        one = detection_id(self._env.domain, request_id)
        put = partial(
            self._s3.put_object,
            Bucket=self._spec.bucket,
            Key=incoming_picture(self._env.domain, one),
            Body=asked.body,
            ContentType=asked.content_type,
            Tagging=urlencode({RETENTION_TAG: INCOMING_DAYS}),
        )
        event = Intake(
            detection_id=one,
            request_id=request_id,
            at=datetime.now(UTC),
            release=release,
            entity_id=asked.entity_id,
            content_type=asked.content_type,
            answer=answer,
        )
        invoke = partial(
            self._lambda.invoke,
            FunctionName=self._spec.function,
            InvocationType="Event",
            Payload=event.model_dump_json(),
        )
        for call in (put, invoke):
            with_retries(call, attempts=2, longest_s=_CONNECT_S + _QUICK_S, deadline=deadline)
