"""Answered predictions that people shall review: they go to the review stage, beside the answer."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from threading import Event
from urllib.parse import urlencode

import boto3

from inference.contracts.incoming import INCOMING_DAYS, RETENTION_TAG, Incoming, pack
from inference.contracts.reviews import detection_id
from inference.contracts.tasks.base import Answer, Question, Task
from lambdas.common.artifacts import incoming_picture
from lambdas.common.observability import emit, logger
from lambdas.common.review_events import Intake
from lambdas.router.deadline import Deadline
from lambdas.router.models import DetectionsSpec, RouterVariables
from lambdas.router.retries import single_attempt, with_retries

BUDGET_S = 5.0
"""A request waits no longer for its detection."""
_CONNECT_S = 0.5
_QUICK_S = 2.0
"""With it two attempts that time out fit into the budget."""


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
        within, kept = Deadline(min(deadline.left_s(), BUDGET_S)), Event()
        work = self._threads.submit(self._hand_over, request_id, release, answer, asked, within, kept)
        return partial(self._end, work, request_id, within, kept)

    def _end(self, work: Future[None], request_id: str, deadline: Deadline, kept: Event) -> None:
        """A prediction is answered, whatever becomes of its detection. One that S3 has not confirmed counts as lost."""
        try:
            work.result(timeout=deadline.left_s())
        except Exception as error:  # whatever S3, Lambda or an odd answer bring
            told = {"error": str(error) or repr(error), "prediction": request_id}
            if kept.is_set():
                logger.warning("the review stage was not told of a detection; it sweeps it up", extra=told)
            else:
                logger.error("detection lost", extra=told)
                emit(self._env.namespace, [{"Domain": self._env.domain}], {"DetectionsLost": 1})

    def _hand_over(
        self, request_id: str, release: str, answer: Answer, asked: Question, deadline: Deadline, kept: Event
    ) -> None:
        """Once it is in the incoming folder, nothing is lost: the invocation only hurries."""
        if not is_wanted(self._spec, request_id, self._task.uncertainty(answer)):
            return
        one = detection_id(self._env.domain, request_id)
        told = Incoming(
            request_id=request_id, at=datetime.now(UTC), release=release, entity_id=asked.entity_id, answer=answer
        )
        put = partial(
            self._s3.put_object,
            Bucket=self._spec.bucket,
            Key=incoming_picture(self._env.domain, one),
            Body=pack(told, asked.body),
            Tagging=urlencode({RETENTION_TAG: INCOMING_DAYS}),
        )
        invoke = partial(
            self._lambda.invoke,
            FunctionName=self._spec.function,
            InvocationType="Event",
            Payload=Intake(detection_id=one).model_dump_json(),
        )
        longest = _CONNECT_S + _QUICK_S
        with_retries(put, attempts=3, longest_s=longest, deadline=deadline, timeouts=True)
        kept.set()
        with_retries(invoke, attempts=2, longest_s=longest, deadline=deadline)
