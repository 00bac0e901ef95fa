"""The review API's own order, over predictions in memory."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from inference.contracts.reviews import Answered, Detection, detection_id
from lambdas.common.detections_table import queue_of, rank_of
from lambdas.review_api.cursor import Listing, first
from lambdas.review_api.order import Walk
from lambdas.review_api.table import Line, Lines

AT = datetime(2026, 11, 22, tzinfo=UTC)
ONE_IN = 10
"""Detections of the random tenth."""


def judged_detection(number: int, path: str, uncertainty: float) -> Detection:
    """`path`: camera, event and name."""
    camera, event, _ = path.split("/")
    return Detection(
        detection_id=detection_id("deer", str(number)),
        domain="deer",
        request_id=str(number),
        release="r1",
        at=AT,
        camera=camera,
        burst=event,
        width=1,
        height=1,
        classes=("deer",),
        answered=Answered(boxes=()),
        uncertainty=uncertainty,
        sampled=int(sha256(path.encode()).hexdigest(), 16) % ONE_IN == 0,
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
    cursor, found = first(listing), []
    while len(found) < count and cursor is not None:
        page, cursor = Walk(listing, cursor, read, "reviewer").page(min(20, count - len(found)))  # type: ignore[arg-type]
        found += [int(one.request_id) for one in page]
    return found
