"""Orders in which waiting pictures are labelled: the review API's own, over predictions in memory, and its peers."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from inference.contracts.reviews import Answered, Detection, detection_id
from lambdas.common.detections_table import queue_of, rank_of
from lambdas.review_api.cursor import Cursor, Listing, first
from lambdas.review_api.order import AT_RANDOM, Walk
from lambdas.review_api.table import Line, Lines

AT = datetime(2026, 11, 22, tzinfo=UTC)


def judged_detection(number: int, path: str, uncertainty: float) -> Detection:
    """`path`: camera, event and number within it, of which 0 came first."""
    camera, event, shot = path.split("/")
    return Detection(
        detection_id=detection_id("deer", str(number)),
        domain="deer",
        request_id=str(number),
        release="r1",
        at=AT + timedelta(seconds=number),
        camera=camera,
        burst=event,
        follows=shot.partition(".")[0] != "0",
        width=1,
        height=1,
        classes=("deer",),
        answered=Answered(boxes=()),
        uncertainty=uncertainty,
        sampled=int(sha256(path.encode()).hexdigest(), 16) % AT_RANDOM == 0,
    )


def api_order(detections: Sequence[Detection], count: int) -> list[int]:
    """Numbers of the first `count` that the API shows a reviewer who has judged none of them."""
    queues: dict[str, list[Line]] = {}
    for one in detections:
        queues.setdefault(queue_of(one), []).append(Line(rank_of(one), one, 1))
    for lines in queues.values():
        lines.sort(key=lambda line: line.place)

    def read(queue: str) -> object:
        lines = queues.get(f"deer#{queue}", [])

        def fetch(after: str | None, limit: int) -> Lines:
            behind = [line for line in lines if after is None or line.place > after]
            return behind[:limit], len(behind) > limit

        return fetch

    listing = Listing(domain="deer", order="uncertain", status="open")
    cursor: Cursor | None = first(listing)
    found: list[int] = []
    while len(found) < count and cursor is not None:
        page, cursor = Walk(listing, cursor, read, "reviewer").page(min(20, count - len(found)))  # type: ignore[arg-type]
        found += [int(one.request_id) for one in page]
    return found


def whole_bursts(detections: Sequence[Detection], count: int) -> list[int]:
    """The same, where each picture of a burst follows its least certain one at once."""
    open_ = sorted((one for one in detections if not one.sampled), key=rank_without_bursts)
    sampled = sorted((one for one in detections if one.sampled), key=rank_of)
    found: list[Detection] = []
    at_random = 0
    while len(found) < count and (open_ or sampled):
        from_sampled = bool(sampled) and (not open_ or (at_random + 1) * AT_RANDOM <= len(found) + 1)
        one = (sampled if from_sampled else open_).pop(0)
        at_random += from_sampled
        others = [other for other in open_ if (other.camera, other.burst) == (one.camera, one.burst)]
        open_ = [other for other in open_ if other not in others]
        found += [one, *others]
    return [int(one.request_id) for one in found[:count]]


def rank_without_bursts(detection: Detection) -> str:
    return rank_of(detection.model_copy(update={"follows": False}))
