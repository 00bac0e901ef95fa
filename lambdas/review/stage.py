"""What the review function does, action by action. Each may be repeated, and broken off anywhere."""

import random
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from inference.contracts.incoming import Incoming
from inference.contracts.reviews import domain_of
from inference.contracts.tasks import task_of
from lambdas.common.errors import PayloadError, VigilError
from lambdas.common.incoming import IncomingError, unpack
from lambdas.common.observability import emit, logger
from lambdas.common.reviewed_rows import raw_path
from lambdas.review.bursts import join
from lambdas.review.clients import PictureMissingError, Pictures, RawPictures, RetrainingTrigger
from lambdas.review.logic import (
    NoAnswerError,
    counted,
    detection,
    is_settled,
    place_in_recording,
    progress_changes,
    row,
    taken_at,
)
from lambdas.review.models import ReviewResult, ReviewVariables
from lambdas.review.picture import Kept, PictureError, keep
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

    def intake(self, detection_id: str) -> ReviewResult:
        """The picture is kept before the detection is, and the incoming one goes last.

        Raises IncomingError, PictureError, NoAnswerError, PictureMissingError, BusyError, PayloadError.
        """
        self._require_ours(detection_id)
        known = self.table.read(detection_id) is not None
        if not known:
            body = self.pictures.incoming(detection_id)
            if body is not None:
                known = not self._store(detection_id, *unpack(body))
            elif self.table.read(detection_id) is None:
                raise PictureMissingError(f"Detection {detection_id} has no incoming picture.")
            else:
                known = True
        self.pictures.forget_incoming(detection_id)
        return ReviewResult(status="known" if known else "stored")

    def teach(self, detection_id: str) -> ReviewResult:
        """Raises PictureMissingError, BusyError, PayloadError."""
        self._require_ours(detection_id)
        result = self._teach(detection_id)
        if result.status != "nothing_new":
            self._tell()
        return result

    def sweep(self, waited_s: float, remaining_ms: Callable[[], int]) -> ReviewResult:
        """What fails is logged and stays for the next sweep."""
        taught = _each(self.table.untaught(), self._teach, remaining_ms)
        if taught:
            self._tell()
        waiting = self.pictures.waiting(waited_s)
        random.shuffle(waiting)  # none stands behind one that fails each time
        return ReviewResult(status="swept", detections=taught + _each(waiting, self._take, remaining_ms))

    def _take(self, detection_id: str) -> ReviewResult:
        """Like `intake`, but what never becomes a detection is counted and quarantined: nobody tries it any more."""
        try:
            return self.intake(detection_id)
        except (IncomingError, PictureError, NoAnswerError, PayloadError) as error:
            logger.error("detection lost", extra={"detection": detection_id, "error": str(error)})
            emit(self.env.namespace, [{"Domain": self.env.domain}], {"DetectionsLost": 1})
            self.pictures.quarantine(detection_id, str(error))
        return ReviewResult(status="nothing_new")

    def _store(self, detection_id: str, told: Incoming, picture: bytes) -> bool:
        """False: another delivery of the event was quicker."""
        spec = self.env.review
        redact = [one for one in spec.redact if one.camera in (None, told.entity_id)]
        kept = keep(picture, redact, spec.max_side)
        task = task_of(self.env.task)
        made = detection(detection_id, told, task, kept, "", self.env.rows, spec)  # before anything is written
        made = made.model_copy(update=self._burst(detection_id, told, kept))
        self.pictures.keep(detection_id, kept.body)
        expires = told.at + timedelta(days=spec.retention_days)
        return self.table.add(made, int(expires.timestamp()))

    def _burst(self, detection_id: str, told: Incoming, kept: Kept) -> dict[str, Any]:
        """Fields of the detection."""
        if told.frame is not None:
            return place_in_recording(told.frame)
        camera, at = told.entity_id, taken_at(told, kept)
        for attempt in range(_ATTEMPTS):
            known = self.table.bursts(camera)
            joined = join(camera, at, self.env.review.burst_gap_s, known, detection_id)
            if joined == known or self.table.replace_bursts(camera, known, joined, told.at):
                return {"burst": joined[0].name, "follows": joined[0].stands != detection_id}
            _pause(attempt)
        raise BusyError(f"Camera {camera:.80} sends faster than its bursts can be told apart.")

    def _teach(self, detection_id: str) -> ReviewResult:
        status = "nothing_new"
        for attempt in range(_ATTEMPTS):
            known = self.table.read(detection_id)
            if known is None:  # its retention is over
                return ReviewResult(status="nothing_new", detections=0)
            one, settled = known.detection, is_settled(known.detection)
            path = raw_path(one)
            if settled and not self.raw.has(path):
                self.raw.add(path, self.pictures.kept(detection_id))
            if one.taught < one.revision:
                if not self._write(known):
                    _pause(attempt)
                    continue
                status = "taught" if settled else "taken_away"
            if not settled:
                self.raw.remove(path)
            again = self.table.read(detection_id)
            if again is None or again.detection.revision == one.revision:
                return ReviewResult.model_validate({"status": status})
        raise BusyError(f"Detection {detection_id} keeps changing; it is taught later.")

    def _write(self, known: Known) -> bool:
        """False: somebody was quicker."""
        one, rows, now = known.detection, self.env.rows, counted(known.detection)
        settled = is_settled(one)
        values = row(one, rows) if settled else {rows.key: raw_path(one)}
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


def _each(ids: Iterable[str], act: Callable[[str], ReviewResult], remaining_ms: Callable[[], int]) -> int:
    """How many were changed."""
    changed = 0
    for detection_id in ids:
        if remaining_ms() < _RESERVE_MS:
            break
        try:
            changed += act(detection_id).status in ("stored", "taught", "taken_away")
        except VigilError as error:
            logger.warning("not swept", extra={"detection": detection_id, "error": str(error)})
    return changed


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
