"""Reviews and their undoing, written on condition of the revision that was judged."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from inference.contracts.reviews import Detection, ReviewRequest
from lambdas.common.api_routes import Caller
from lambdas.common.http_answers import HttpError
from lambdas.review_api.clients import ReviewFunctions
from lambdas.review_api.judging import judge, undo
from lambdas.review_api.models import Undo
from lambdas.review_api.table import DetectionsTable

TRIES = 4
"""Of a change that another, which is no review, comes before."""


@dataclass(frozen=True)
class Judgements:
    table: DetectionsTable
    functions: ReviewFunctions

    def review(self, detection_id: str, asked: ReviewRequest, who: Caller) -> Detection:
        return self._change(detection_id, lambda before: judge(before, asked, who, _after(before)))

    def undo(self, detection_id: str, asked: Undo, who: Caller) -> Detection:
        return self._change(detection_id, lambda before: undo(before, asked, who, _after(before)))

    def _change(self, detection_id: str, decide: Callable[[Detection], Detection]) -> Detection:
        """What `decide` makes of the detection of now; asked again where that changed meanwhile."""
        for _ in range(TRIES):
            before = self.table.read(detection_id)
            after = decide(before)
            if after is before:
                return before
            if self.table.write(before, after):
                if "reviewed" in (before.status, after.status) or before.taught:
                    self.functions.teach(after)
                return after
        raise HttpError(503, "busy", f"{detection_id} is being changed by others; send this again.")


def _after(detection: Detection) -> datetime:
    """Now; later than every review that the detection has, whatever the clocks of functions say."""
    last = max((one.at for one in detection.reviews), default=datetime.min.replace(tzinfo=UTC))
    return max(datetime.now(UTC), last + timedelta(microseconds=1))
