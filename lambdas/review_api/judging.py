"""What a review or its undoing makes of a detection, or why it is refused. Pure."""

from datetime import datetime

from inference.contracts.boxes import faults_of
from inference.contracts.reviews import Detection, Review, ReviewRequest
from lambdas.common.api_routes import Caller
from lambdas.common.http_answers import HttpError
from lambdas.common.people import ADJUDICATORS
from lambdas.review_api.models import MOST_BYTES, MOST_REVIEWS, Undo
from lambdas.review_api.settlement import settle


def adjudicator(who: Caller) -> bool:
    """People of the group, and programs: whoever lets one sign lets it decide."""
    return not who.is_person or ADJUDICATORS in who.groups


def judge(before: Detection, asked: ReviewRequest, who: Caller, at: datetime) -> Detection:
    """`before` itself where the review is in it already. Raises HttpError 409 or 422."""
    if known := _review(before, asked.review_id):
        again = ReviewRequest(**known.model_dump(include={*ReviewRequest.model_fields}))
        # Who did not hear the answer looks again and sends the revision of then.
        if known.reviewer == who.name and again == asked.model_copy(update={"revision": again.revision}):
            return before
        told = f"Review {asked.review_id} is another one; each review has an id of its own."
        raise HttpError(422, "id_was_used", told)
    require_revision(before, asked.revision)
    _require_possible(before, asked)
    if len(before.reviews) >= MOST_REVIEWS:
        raise _full(before)
    made = Review(**dict(asked), reviewer=who.name, at=at, adjudicates=_decides(before, who))
    after = _settled(before, (*before.reviews, made))
    if len(after.model_dump_json().encode()) > MOST_BYTES:
        raise _full(before)
    return after


def undo(before: Detection, asked: Undo, who: Caller, at: datetime) -> Detection:
    """`before` itself where the review is undone already. Raises HttpError 403, 404 or 409."""
    known = _review(before, asked.review_id)
    if known is None:
        raise HttpError(404, "no_such_review", f"{before.detection_id} has no review {asked.review_id}.")
    if known.reviewer != who.name and not adjudicator(who):
        told = f"Review {asked.review_id} is {known.reviewer}'s, who or whose adjudicator may take it back."
        raise HttpError(403, "not_yours", told)
    if known.undone_at is not None:
        return before
    require_revision(before, asked.revision)
    undone = known.model_copy(update={"undone_at": at})
    return _settled(before, tuple(undone if one is known else one for one in before.reviews))


def require_revision(current: Detection, revision: int) -> None:
    """Raises HttpError 409 with the detection of now."""
    if revision != current.revision:
        told = f"{current.detection_id} is at revision {current.revision} now, not {revision}; look at it again."
        raise HttpError(409, "conflict", told, more={"current": current.model_dump(mode="json")})


def _decides(detection: Detection, who: Caller) -> bool:
    """A dispute of now, or one that the caller decided before and decides otherwise."""
    decided = any(one.adjudicates and one.reviewer == who.name for one in detection.standing)
    return adjudicator(who) and (detection.status == "disputed" or decided)


def _require_possible(detection: Detection, asked: ReviewRequest) -> None:
    faults = faults_of(asked.boxes or (), detection.width, detection.height, detection.classes)
    if asked.label is not None and asked.label not in detection.classes:
        faults.append(f"the label is {asked.label!r:.60}; {', '.join(detection.classes)} are known")
    if not faults:
        try:
            asked.truth(detection.answered)
        except ValueError as error:
            faults.append(str(error))
    if faults:
        raise HttpError(422, "impossible", f"The review cannot be of this picture: {'; '.join(faults)}.")


def _settled(before: Detection, reviews: tuple[Review, ...]) -> Detection:
    """A copy with the reviews, and what they settle."""
    changed = before.model_copy(update={"reviews": reviews, "revision": before.revision + 1})
    found = settle(changed.answered, changed.standing, changed.reviewers_needed)
    return changed.model_copy(update=found._asdict())


def _review(detection: Detection, review_id: str) -> Review | None:
    return next((one for one in detection.reviews if one.review_id == review_id), None)


def _full(detection: Detection) -> HttpError:
    told = f"{detection.detection_id} has {len(detection.reviews)} reviews, and no room for this one"
    return HttpError(422, "full", f"{told}; at most {MOST_REVIEWS} reviews and {MOST_BYTES:,} bytes are kept of one.")
