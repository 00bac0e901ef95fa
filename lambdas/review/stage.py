"""What the review function does, action by action. Each may be repeated, and broken off anywhere."""

import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from inference.contracts.reviews import domain_of
from inference.contracts.tasks import task_of
from lambdas.common.errors import PayloadError, VigilError
from lambdas.common.observability import logger
from lambdas.common.review_events import Intake
from lambdas.common.reviewed_rows import reviewed_path
from lambdas.review.bursts import join
from lambdas.review.clients import PictureMissingError, Pictures, RawPictures, RetrainingTrigger
from lambdas.review.logic import counted, detection, is_settled, progress_changes, row, taken_at
from lambdas.review.models import ReviewResult, ReviewVariables
from lambdas.review.picture import Kept, keep
from lambdas.review.table import DetectionsTable, Known

_ATTEMPTS = 10
"""Each but the last is lost to somebody else's write."""
_PAUSE_S = 0.05
"""Longest pause after the first attempt, and so much longer after each: a domain's detections count in one item."""
_RESERVE_MS = 20_000
"""A sweep ends with so much time left; the next one goes on."""


class BusyError(VigilError):
    """Others keep changing what is to be written: it is tried again later."""


class ReviewStage(NamedTuple):
    """Of one domain, with its clients."""

    env: ReviewVariables
    table: DetectionsTable
    pictures: Pictures
    raw: RawPictures
    retraining: RetrainingTrigger

    def intake(self, event: Intake) -> ReviewResult:
        """The picture is kept before the detection is, and the incoming one goes last.

        Raises PictureError, NoAnswerError, PictureMissingError, BusyError, PayloadError.
        """
        self._require_ours(event.detection_id)
        known = self.table.read(event.detection_id) is not None
        if not known:
            body = self.pictures.incoming(event.detection_id)
            if body is not None:
                known = not self._store(event, body)
            elif self.table.read(event.detection_id) is None:
                raise PictureMissingError(f"Detection {event.detection_id} has no incoming picture.")
            else:
                known = True
        self.pictures.forget_incoming(event.detection_id)
        return ReviewResult(status="known" if known else "stored")

    def teach(self, detection_id: str) -> ReviewResult:
        """Raises PictureMissingError, BusyError, PayloadError."""
        self._require_ours(detection_id)
        result = self._teach(detection_id)
        if result.status != "nothing_new":
            self._tell()
        return result

    def sweep(self, remaining_ms: Callable[[], int]) -> ReviewResult:
        """What cannot be taught is logged and stays for the next sweep."""
        taught = 0
        for detection_id in self.table.untaught():
            if remaining_ms() < _RESERVE_MS:
                break
            try:
                taught += self._teach(detection_id).status != "nothing_new"
            except VigilError as error:
                logger.warning("not taught", extra={"detection": detection_id, "error": str(error)})
        if taught:
            self._tell()
        return ReviewResult(status="swept", detections=taught)

    def _store(self, event: Intake, body: bytes) -> bool:
        """False: another delivery of the event was quicker."""
        spec = self.env.review
        redact = [one for one in spec.redact if one.camera in (None, event.entity_id)]
        kept = keep(body, redact, spec.max_side)
        task = task_of(self.env.task)
        made = detection(event, self.env.domain, task, kept, "", self.env.rows, spec)  # before anything is written
        made = made.model_copy(update={"burst": self._burst(event, kept)})
        self.pictures.keep(event.detection_id, kept.body)
        expires = event.at + timedelta(days=spec.retention_days)
        return self.table.add(made, int(expires.timestamp()))

    def _burst(self, event: Intake, kept: Kept) -> str:
        camera, at = event.entity_id, taken_at(event, kept)
        for attempt in range(_ATTEMPTS):
            known = self.table.bursts(camera)
            joined = join(camera, at, self.env.review.burst_gap_s, known)
            if joined == known or self.table.replace_bursts(camera, known, joined, event.at):
                return joined[0].name
            _pause(attempt)
        raise BusyError(f"Camera {camera:.80} sends faster than its bursts can be told apart.")

    def _teach(self, detection_id: str) -> ReviewResult:
        status = "nothing_new"
        for attempt in range(_ATTEMPTS):
            known = self.table.read(detection_id)
            if known is None:  # its retention is over
                return ReviewResult(status="nothing_new", detections=0)
            one, settled = known.detection, is_settled(known.detection)
            if settled and not self.raw.has(detection_id):
                self.raw.add(detection_id, self.pictures.kept(detection_id))
            if one.taught < one.revision:
                if not self._write(known):
                    _pause(attempt)
                    continue
                status = "taught" if settled else "taken_away"
            if not settled:
                self.raw.remove(detection_id)
            again = self.table.read(detection_id)
            if again is None or again.detection.revision == one.revision:
                return ReviewResult.model_validate({"status": status})
        raise BusyError(f"Detection {detection_id} keeps changing; it is taught later.")

    def _write(self, known: Known) -> bool:
        """False: somebody was quicker."""
        one, rows, now = known.detection, self.env.rows, counted(known.detection)
        settled = is_settled(one)
        values = row(one, rows) if settled else {rows.key: reviewed_path(one.detection_id)}
        changes = progress_changes(known.counted, now)
        return self.table.teach(known, now, changes, self.env.labels_table, values, put=settled)

    def _tell(self) -> None:
        """A trigger that is not told looks by itself, by its schedule."""
        try:
            self.retraining.tell()
        except (ClientError, BotoCoreError) as error:
            logger.warning("the retraining trigger was not told", extra={"error": str(error)})

    def _require_ours(self, detection_id: str) -> None:
        if domain_of(detection_id) != self.env.domain:
            raise PayloadError(f"Detection {detection_id} is none of domain {self.env.domain}.")


def _pause(attempt: int) -> None:
    time.sleep(random.uniform(0, _PAUSE_S * (attempt + 1)))


def make_stage(env: ReviewVariables) -> ReviewStage:
    return ReviewStage(
        env,
        DetectionsTable(env.detections_table, env.domain),
        Pictures(env.artifacts_bucket, env.domain, env.review.retention_days),
        RawPictures(env.raw_bucket, env.raw_prefix),
        RetrainingTrigger(env.retraining_function),
    )
