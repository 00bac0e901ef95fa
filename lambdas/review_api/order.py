"""The order in which detections are listed. Pure, over feeds of the queues.

`uncertain`, of open ones: disputed ones first, then the least certain with a tenth taken at random. Of a burst the
first stands for it; the others count for a quarter (`rank_of`), and with one of them come those near
in the queue. What the caller has judged is not in it.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Literal

from inference.contracts.reviews import Detection
from lambdas.review_api.cursor import Cursor, Listing
from lambdas.review_api.feed import Budget, Feed, Fetch
from lambdas.review_api.table import Line

AT_RANDOM = 10
"""One in so many is from the queue `sampled`."""
AHEAD = 100
"""Lines among which the others of a burst are looked for."""
LOOKS_AT = 1_000
"""Lines of queues, for one page."""
MOST_BYTES = 3_000_000
"""Of a page: Lambda answers with 6 MB at most."""
Queue = Literal["open", "sampled", "reviewed", "disputed"]
Read = Callable[[Queue], Fetch]


def stages_of(listing: Listing) -> list[tuple[Queue, ...]]:
    """Queues that are read one after the other; those of one stage at once."""
    if listing.order == "disputed":
        return [("disputed",)]
    if listing.status != "open":
        return [(listing.status,)]
    disputed: list[tuple[Queue, ...]] = [("disputed",)] if listing.order == "uncertain" else []
    return [*disputed, ("open", "sampled")]


class Walk:
    """One page of a listing, from a cursor on."""

    def __init__(self, listing: Listing, cursor: Cursor, read: Read, reviewer: str) -> None:
        self._listing, self._reviewer, self._cursor = listing, reviewer, cursor
        self._by_time = listing.order == "newest"
        self._hides_judged = not self._by_time and listing.status != "reviewed"
        self._shown, self._sampled, self._burst = cursor.shown, cursor.sampled, cursor.burst
        self._ahead: dict[str, tuple[Queue, str]] = {}
        budget, self._feeds = Budget(LOOKS_AT), {}
        self._stages = stages_of(listing)
        for queue in (one for stage in self._stages for one in stage):
            ahead = 1 if self._by_time or queue == "sampled" else AHEAD
            self._feeds[queue] = Feed(read(queue), cursor.places.get(queue), self._keeper(queue), budget, ahead)

    def page(self, limit: int) -> tuple[list[Detection], Cursor | None]:
        """At most `limit`, and where to go on; None: this was all."""
        found: list[Detection] = []
        size = 0
        while len(found) < limit and size < MOST_BYTES:
            line = self._next()
            if line is None:
                break
            found.append(line.detection)
            size += line.size
        if all(feed.ended for feed in self._feeds.values()):
            return found, None
        return found, self._left_at()

    def _next(self) -> Line | None:
        for stage in self._stages:
            main = self._feeds[stage[0]]
            if (line := self._of_burst(stage[0])) is None:
                if main.first() is None and not main.ended:
                    return None  # the budget is spent
                queue = self._chosen(stage)
                line = None if queue is None else self._feeds[queue].take()
                if line is None or queue is None:
                    continue
                self._sampled += queue == "sampled"
                stands_alone = line.detection.status == "open" and not line.detection.follows
                self._burst = "" if stands_alone else _burst(line)
            self._shown += len(stage) > 1
            return line
        return None

    def _of_burst(self, queue: Queue) -> Line | None:
        if self._by_time or not self._burst:
            return None
        line = self._feeds[queue].take(lambda one: _burst(one) == self._burst)
        if line is not None:
            self._ahead[_tail(line)] = queue, line.place
        return line

    def _chosen(self, stage: tuple[Queue, ...]) -> Queue | None:
        firsts = {queue: line for queue in stage if (line := self._feeds[queue].first()) is not None}
        if len(firsts) < 2:
            return next(iter(firsts), None)
        if self._by_time:
            return max(firsts, key=lambda queue: firsts[queue].place)
        return "sampled" if (self._sampled + 1) * AT_RANDOM <= self._shown + 1 else "open"

    def _keeper(self, queue: Queue) -> Callable[[Line], bool]:
        def keep(line: Line) -> bool:
            if _tail(line) in self._cursor.ahead:
                self._ahead[_tail(line)] = queue, line.place
                return False
            one = line.detection
            if self._listing.camera not in (None, one.camera):
                return False
            return not (self._hides_judged and any(own.reviewer == self._reviewer for own in one.standing))

        return keep

    def _left_at(self) -> Cursor:
        places = {queue: feed.place for queue, feed in self._feeds.items() if feed.place is not None}
        ahead = tuple(tail for tail, (queue, place) in self._ahead.items() if place > places.get(queue, ""))
        return Cursor(
            listing=self._cursor.listing,
            places=places,
            shown=self._shown,
            sampled=self._sampled,
            burst=self._burst,
            ahead=ahead[-AHEAD:],
        )


def _burst(line: Line) -> str:
    one = line.detection
    return sha256(f"{one.camera}\0{one.burst}".encode()).hexdigest()[:10]


def _tail(line: Line) -> str:
    return line.detection.detection_id[-8:]
